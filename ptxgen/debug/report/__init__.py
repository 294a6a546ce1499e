"""Reports: what was found, as text for people, as a page for browsers, as JSON and SARIF for programs."""
