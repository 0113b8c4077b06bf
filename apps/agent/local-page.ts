/** The page of a node, whole: it asks /api/observed every two seconds and needs nothing else. */
export const localPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Orla node</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
  h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
  h2 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
  p { margin: 0; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); vertical-align: top; }
  th { font-weight: 600; opacity: .7; }
  .number { text-align: right; font-variant-numeric: tabular-nums; }
  .healthy, .good, .connected { color: light-dark(#087f3d, #4ade80); }
  .unhealthy, .bad, .disconnected { color: light-dark(#b91c1c, #f87171); }
  .unknown, .uncertain, .connecting { color: light-dark(#92610a, #fbbf24); }
  .quiet { opacity: .65; }
</style>
</head>
<body>
<h1 id="name">Orla node</h1>
<p id="summary" role="status">Loading …</p>
<h2>What runs</h2><table id="workloads"></table>
<h2>Equipment</h2><table id="connectors"></table>
<h2>Newest values</h2><table id="newest"></table>
<h2>Streams</h2><table id="streams"></table>
<h2>Lately</h2><table id="log"></table>
<script>
  const time = (ms) => new Date(ms).toLocaleString();
  const cell = (value) => {
    const td = document.createElement('td');
    const { text, as } = typeof value === 'object' && value !== null ? value : { text: value };
    td.textContent = text === undefined || text === null ? '' : String(text);
    if (as) td.className = as;
    if (typeof text === 'number') td.classList.add('number');
    return td;
  };
  const fill = (id, heads, rows, empty) => {
    const table = document.getElementById(id);
    table.replaceChildren();
    if (rows.length === 0) {
      const row = table.insertRow();
      row.append(cell({ text: empty, as: 'quiet' }));
      return;
    }
    const head = table.createTHead().insertRow();
    for (const name of heads) {
      const th = document.createElement('th');
      th.textContent = name;
      head.append(th);
    }
    const body = table.createTBody();
    for (const values of rows) body.insertRow().append(...values.map(cell));
  };
  const show = ({ report, newest, log }) => {
    document.title = 'Orla: ' + report.node;
    document.getElementById('name').textContent = report.node;
    document.getElementById('summary').textContent =
      (report.manifestNumber === 0 ? 'It has no manifest yet' : 'Manifest ' + report.manifestNumber) +
      (report.converged ? ', everything runs as it should' : ', still applying it') +
      (report.stuck ? '; cannot ' + report.stuck.step + ': ' + report.stuck.because : '') +
      (report.refused ? '; refused manifest ' + report.refused.number + ': ' + report.refused.because : '') + '.';
    fill('workloads', ['Name', 'Health', 'Why', 'Since', 'Restarts'],
      report.workloads.map((w) => [w.id, { text: w.health, as: w.health }, w.because, time(w.since), w.restarts]),
      'Nothing yet: the control plane has not asked this node to run anything.');
    fill('connectors', ['Equipment', 'Protocol', 'Line', 'Quality', 'Why', 'p99 ms'],
      report.connectors.map((c) => [c.equipment, c.protocol, { text: c.phase, as: c.phase }, { text: c.quality, as: c.quality }, c.because, c.latencyMs && c.latencyMs.p99]),
      'No equipment is connected.');
    fill('newest', ['Tag', 'Value', 'Quality', 'Source time'],
      newest.map((s) => [s.tag, s.value, { text: s.quality, as: s.quality }, time(s.sourceTime)]),
      'No values yet; they appear within a few seconds.');
    fill('streams', ['Stream', 'Published', 'At the centre', 'Waiting', 'Given up', 'Full'],
      report.streams.map((s) => [s.stream, s.published, s.acknowledged, s.pending, s.dropped + s.refused, (s.fill * 100).toFixed(1) + ' %']),
      'Nothing was published yet.');
    fill('log', ['When', 'From', 'What'], log.reverse().map((l) => [time(l.at), l.from, l.text]), 'Nothing happened yet.');
  };
  const look = async () => {
    try {
      show(await (await fetch('/api/observed')).json());
    } catch {
      document.getElementById('summary').textContent = 'The agent does not answer. It may be starting again.';
    }
    setTimeout(look, 2000);
  };
  look();
</script>
</body>
</html>
`;
