"""The commands themselves: setting up, running, translating, judging coverage."""
