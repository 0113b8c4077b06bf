import { Button } from '@mantine/core';
import { IconSquareRoundedXFilled } from '@tabler/icons-react';
import { EdgeError } from '../../../../contracts/errors.ts';
import classes from './error-note.module.css';

/** An error as people need it: what happened, where, what to do; and a way to try again where there is one. */
export function ErrorNote({ error, again }: { error: unknown; again?: () => void }) {
  const known = error instanceof EdgeError ? error : null;
  return (
    <div className={classes['note']} role="alert">
      <IconSquareRoundedXFilled size={20} aria-hidden />
      <div>
        <strong>{known?.message ?? (error instanceof Error ? error.message : 'Something failed')}</strong>
        {known?.where !== undefined && (
          <div>
            Where: <code>{known.where}</code>
          </div>
        )}
        {known !== null && known.problems.length > 0 && (
          <ul>
            {known.problems.map((problem) => (
              <li key={`${problem.where} ${problem.message}`}>
                {problem.where !== undefined && <code>{problem.where}</code>} {problem.message}
                {problem.hint !== undefined && <div className={classes['hint']}>{problem.hint}</div>}
              </li>
            ))}
          </ul>
        )}
        <div className={classes['hint']}>
          {known?.hint ?? 'Reload the page; if it comes back, report it with what you did.'}
        </div>
        {again !== undefined && (
          <Button variant="default" size="compact-xs" mt="xs" onClick={again}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}
