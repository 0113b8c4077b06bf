/** Cuts a stream of text into lines; a line longer than `longest` comes in pieces, so that memory stays bounded. */
export function lineSplitter(longest: number, line: (text: string) => void): { push(text: string): void; end(): void } {
  let rest = '';
  return {
    push: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const each of lines) emit(each.endsWith('\r') ? each.slice(0, -1) : each);
      while (rest.length > longest) {
        line(rest.slice(0, longest));
        rest = rest.slice(longest);
      }
    },
    end: () => {
      if (rest !== '') line(rest);
      rest = '';
    },
  };

  function emit(whole: string): void {
    for (let at = 0; at === 0 || at < whole.length; at += longest) line(whole.slice(at, at + longest));
  }
}
