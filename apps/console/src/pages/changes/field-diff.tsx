import { Link } from '@tanstack/react-router';
import type { PlannedChange } from '../../../../../contracts/changes.ts';
import { kinds } from '../../../../../contracts/resource.ts';
import { MeaningMark } from '../../parts/meaning.tsx';
import classes from './changes.module.css';

const FIELDS_SHOWN_MAX = 60;
const words = { create: 'new', update: 'changed', delete: 'deleted', unchanged: 'unchanged' } as const;

/** The fields of one resource that change, before beside after. */
export function FieldDiff({ change }: { change: PlannedChange }) {
  // A resource that is new or deleted whole has one field without a path: everything, which its definition shows better.
  const fields = change.fields.filter(({ path }) => path !== '');
  return (
    <div className={classes['diff']}>
      <div>
        <MeaningMark meaning={change.action === 'delete' ? 'bad' : 'info'}>{words[change.action]}</MeaningMark>{' '}
        {kinds[change.kind].writer === 'people' && change.action !== 'delete' ? (
          <Link to="/change" search={{ kind: change.kind, name: change.name }}>
            {change.kind} {change.name}
          </Link>
        ) : (
          `${change.kind} ${change.name}`
        )}
      </div>
      {fields.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {fields.slice(0, FIELDS_SHOWN_MAX).map(({ path, before, after }) => (
              <tr key={path}>
                <th scope="row">
                  <code>{path}</code>
                </th>
                <td data-side="before">{shown(before)}</td>
                <td data-side="after">{shown(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {fields.length > FIELDS_SHOWN_MAX && (
        <p className={classes['calm']}>and {fields.length - FIELDS_SHOWN_MAX} more fields</p>
      )}
    </div>
  );
}

function shown(value: unknown): React.ReactNode {
  if (value === undefined || value === null) return <span className={classes['calm']}>not set</span>;
  return <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>;
}
