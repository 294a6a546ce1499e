"""The protocol of mbarriers and named barriers: all threads of a CTA followed with concrete numbers, phase by phase."""
