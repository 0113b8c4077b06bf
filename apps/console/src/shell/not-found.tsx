import { Link } from '@tanstack/react-router';
import { Empty } from '../parts/empty.tsx';

/** An address that no page has. */
export function NotFound() {
  return (
    <Empty title="There is no such page" action={<Link to="/">Go to the overview</Link>}>
      The address may be mistyped, or what it showed was removed. Search with Ctrl K.
    </Empty>
  );
}
