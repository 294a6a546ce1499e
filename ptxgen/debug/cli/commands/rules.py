"""`ptxgen-debug rules`: the catalogue, or one rule."""

from __future__ import annotations

import click

from ptxgen.cli.console import examples, output, plain, print_json, row, table


@click.command("rules", epilog=examples("ptxgen-debug rules PTX120"))
@click.argument("id", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
def command(id: str | None, as_json: bool) -> None:
    """List all rules, or explain the rule ID: why it matters, and how the fault is mended."""
    from ptxgen.debug.selection import known_rules, unknown_rule

    rules = known_rules(id or "SAN")
    if id is not None and id.upper() not in rules:
        raise unknown_rule(id)
    chosen = list(rules.values()) if id is None else [rules[id.upper()]]
    if as_json:
        entries = [
            {
                "id": r.id,
                "title": r.title,
                "severity": r.severity.value,
                "undecided": r.undecided.value,
                "confidence": r.confidence.value,
                "family": r.family.value,
                "why": r.why,
                "fix": r.fix,
                "section": r.section or None,
            }
            for r in chosen
        ]
        print_json("debug-rules", {"rules": entries})
        return
    console = output()
    if id is None:
        made = table("id", "severity", "family", "title", whole=("id", "severity", "family"))
        for rule in chosen:
            row(made, rule.id, rule.severity.value, rule.family.value, rule.title)
        console.print(made)
        return
    for rule in chosen:
        console.print(plain(f"{rule.id}: {rule.title}", "bold"))
        console.print(
            plain(f"{rule.severity} ({rule.family.value}); {rule.undecided} where it is not decided")
        )
        console.print(plain(rule.why))
        console.print(plain(f"Fix: {rule.fix}", "green"))
        if rule.section:
            console.print(plain(f"PTX ISA 9.0, section {rule.section}", "dim"))
