import './no-eval.ts';

import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './look/tokens.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { takeFirstWord } from './first-word.ts';
import { reloadWhenReplaced } from './reload-when-replaced.ts';

const place = document.getElementById('root');
if (place === null) throw new Error('the page has no #root');
reloadWhenReplaced(window);
createRoot(place).render(<App firstWord={takeFirstWord(window.location, window.history)} />);
