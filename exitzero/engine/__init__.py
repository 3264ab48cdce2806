"""Time passes here: asking the sources, beating, judging, delivering, and telling whoever watches."""
