"""How well hidden skills are guessed, beside tuned peers, in one run: ``skillway bench inference``.

``protocol`` says what is asked, ``metrics`` how an answer is judged, ``peers`` and ``packages`` who else answers,
``ours`` how ours is asked, ``cold_start`` and ``groups`` what else is looked at, ``table`` runs it all.
"""
