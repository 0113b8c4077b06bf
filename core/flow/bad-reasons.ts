/** Why a value is bad, where the flow itself is the cause. A source's own reason is handed on as it is. */
export const badReasons = {
  gap: 'gap',
  filling: 'filling',
  incomplete: 'incomplete interval',
  tooFewGood: 'too few good samples',
  notFinite: 'not a finite number',
  wrongType: 'wrong type',
  quality: 'bad quality',
} as const;
