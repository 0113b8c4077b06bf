declare global {
  var __zod_globalConfig: { jitless?: boolean } | undefined;
}

// Schemas compile themselves to code with eval, which the content security policy rightly forbids. They decide as soon
// as they are made, so this stands in a chunk of its own that runs before every other, and imports nothing.
globalThis.__zod_globalConfig = { jitless: true };

export {};
