from __future__ import annotations

from pathlib import Path

from api.simulate import simulate_company
from engine.read_population import read_population
from engine.simulation.attacks import plan_attacks
from engine.simulation.world import AS_OF, draw_latent_truth, draw_world
from graph_schema.store import GraphStore
from loaders.base import get_loader
from loaders.run import run_loader


def test_what_is_simulated_loads_whole_and_reads_as_it_was_drawn(store: GraphStore, tmp_path: Path) -> None:
    simulate_company(tmp_path, 60, 30, 5, "distinct_ring", 4, 2)

    report = run_loader(store, get_loader("organisation"), tmp_path, strict=True)

    assert not report.rejected
    assert not report.unmapped
    world = draw_world(draw_latent_truth(60, 30, 5), 5)
    attacks = plan_attacks(world, "distinct_ring", 4, 2, 5)
    drawn = world.join(tuple(item for attack in attacks for item in attack.endorsements)).to_population()
    read = read_population(store, AS_OF)
    assert read.people == drawn.people
    columns = {skill: column for column, skill in enumerate(read.skills)}
    there = [columns[skill] for skill in drawn.skills if skill in columns]
    assert {(item.person, item.skill) for item in read.observations} == {
        (item.person, there[item.skill]) for item in drawn.observations
    }
    assert {(item.endorser, item.person, item.skill, item.level, item.observed_on) for item in read.endorsements} == {
        (item.endorser, item.person, there[item.skill], item.level, item.observed_on) for item in drawn.endorsements
    }
