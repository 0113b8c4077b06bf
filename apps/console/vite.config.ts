import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** How the console is bundled: no inline scripts, so that a strict content security policy holds. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2023',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'no-eval', test: /no-eval\.ts$/, priority: 1 }] } },
    },
  },
  worker: { format: 'es' },
});
