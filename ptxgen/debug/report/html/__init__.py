"""The report as one HTML file: findings, score, control flow, races, listing. Nothing is fetched from anywhere."""
