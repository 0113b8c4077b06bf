import { openApi } from '../apps/control-plane/openapi.ts';
import { defaultConfig } from '../apps/control-plane/ports.ts';

/** Files that are made from code and committed, so that a change of them is seen in review. */
export function generatedFiles(): { path: string; text: string }[] {
  return [{ path: 'docs/openapi.json', text: `${JSON.stringify(openApi(defaultConfig.version), null, 2)}\n` }];
}
