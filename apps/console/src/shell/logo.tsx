import mark from '../look/orla.svg';
import classes from './logo.module.css';

/** The mark and the name. */
export function Logo() {
  return (
    <span className={classes['logo']}>
      <img src={mark} width={24} height={24} alt="" />
      Orla
    </span>
  );
}
