import { Link } from '@tanstack/react-router';
import { Empty } from '../parts/empty.tsx';
import { PageHead } from '../parts/page-head.tsx';

/** An address that no page has. */
export function NotFound() {
  return (
    <>
      <PageHead title="There is no such page" />
      <Empty title="Nothing is here" action={<Link to="/">Go to the overview</Link>}>
        The address may be mistyped, or what it showed was removed. Search with Ctrl K.
      </Empty>
    </>
  );
}
