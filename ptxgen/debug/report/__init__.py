"""Reports: what was found, as text for people, as JSON and SARIF for programs."""
