/** The look that both pages share, for the component library; the rest of it is in `theme.css`. */
import { createTheme, type MantineColorsTuple, type MantineThemeOverride } from '@mantine/core';

/** Copper: the colour of the user's own part and of what can be done with it. Steel is the catalogue's. */
const copper: MantineColorsTuple = [
  '#fff3eb',
  '#ffe3d0',
  '#fdc4a1',
  '#fba26d',
  '#f48445',
  '#e2672a',
  '#c2410c',
  '#a8370a',
  '#8a2d0a',
  '#6d240a',
];

/** The greys of the dark scheme, lightest first, to go with `theme.css`. */
const slate: MantineColorsTuple = [
  '#e9eef3',
  '#c7d0d9',
  '#a8b4c1',
  '#6d7c8c',
  '#3a4754',
  '#2b3642',
  '#1e2731',
  '#161d25',
  '#0e1318',
  '#0a0e12',
];

export const theme: MantineThemeOverride = createTheme({
  colors: { copper, dark: slate },
  primaryColor: 'copper',
  primaryShade: { light: 6, dark: 4 },
  // Text on filled copper is dark in the dark scheme, where the copper is light.
  autoContrast: true,
  luminanceThreshold: 0.32,
  fontFamily: 'var(--font-text)',
  fontFamilyMonospace: 'var(--font-code)',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
});
