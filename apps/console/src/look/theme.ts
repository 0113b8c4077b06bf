import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const accent: MantineColorsTuple = [
  '#e9f1fd',
  '#d0e0f9',
  '#a6c4f2',
  '#7aa7ec',
  '#5690e6',
  '#3d7fe0',
  '#2f74dc',
  '#1f5fc4',
  '#1a52aa',
  '#123f86',
];
const grey: MantineColorsTuple = [
  '#f5f6f8',
  '#eef0f3',
  '#dfe3e8',
  '#c9d0d8',
  '#a7b0bb',
  '#868e98',
  '#56606c',
  '#3c444e',
  '#262c33',
  '#171b21',
];
const dark: MantineColorsTuple = [
  '#e7eaee',
  '#c3cad2',
  '#9ca6b2',
  '#6d7783',
  '#3a424c',
  '#2a3038',
  '#1d2228',
  '#161a1f',
  '#0e1114',
  '#090b0d',
];

/** Neutral greys, one accent, a 4-pixel grid, two sizes of text. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 7 },
  colors: { accent, gray: grey, dark },
  fontFamily: 'var(--o-font)',
  fontFamilyMonospace: 'var(--o-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '28px' },
      h2: { fontSize: '15px', lineHeight: '20px' },
      h3: { fontSize: '14px', lineHeight: '20px' },
    },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true, fz: 'xs' } },
  },
});

/** Puts the console's own tokens behind Mantine's variables, so both themes have one source. */
export const cssVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--o-surface)',
    '--mantine-color-text': 'var(--o-text)',
    '--mantine-color-dimmed': 'var(--o-dim)',
    '--mantine-color-default-border': 'var(--o-line)',
    '--mantine-color-anchor': 'var(--o-accent)',
    '--mantine-color-error': 'var(--o-bad)',
    '--mantine-color-placeholder': 'var(--o-dim)',
  };
  return { variables: {}, light: both, dark: both };
};
