const WIDTH = 64;
const HEIGHT = 20;
const POINTS_SHOWN = 100;

/** The last values as a line, without axes; words beside it say the newest one. */
export function Sparkline({ points: all }: { points: readonly (readonly [number, number])[] }) {
  const values = all.slice(-POINTS_SHOWN).map(([, value]) => value);
  if (values.length < 2) return <svg width={WIDTH} height={HEIGHT} aria-hidden="true" />;
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * (WIDTH - 2) + 1;
    const y = HEIGHT - 2 - ((value - low) / span) * (HEIGHT - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline points={points.join(' ')} fill="none" stroke="var(--o-series-1)" strokeWidth="1.5" />
    </svg>
  );
}
