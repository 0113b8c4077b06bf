import { Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode } from 'react';

type Props = Omit<ButtonProps, 'children'> &
  Pick<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'onClick'> & { children?: ReactNode };

/** A link that looks like a button: it goes somewhere, so it is a link for keyboard and screen reader too. */
export const LinkButton = createLink((props: Props) => <Button component="a" {...props} />);
