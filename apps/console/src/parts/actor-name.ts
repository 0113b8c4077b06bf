/** Who made a change, as people read it: `person:ada@example.org` → `ada@example.org`. */
export function actorName(actor: string): string {
  return actor.replace(/^person:/, '').replace(/^(token|node):/, '$1 ');
}
