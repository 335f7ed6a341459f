"""Every client dialect times every provider dialect times every feature, through one running gateway."""
