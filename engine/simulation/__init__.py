"""Made-up companies of which the truth is known, to measure what inference makes of honest and dishonest people."""
