// Preloaded into a program that another one starts with a channel: when the starter is gone, however it went, the channel
// closes and the program ends as if it had been asked to.
const LAST_MS = 5000;

process.channel?.unref();
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), LAST_MS).unref();
});
