/** One button that goes round: as the system, light, dark. */
import { ActionIcon, type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import type { ReactElement } from 'react';
import { Icon, type IconName } from './icons.tsx';

const SCHEMES: Record<MantineColorScheme, { next: MantineColorScheme; icon: IconName; words: string }> = {
  auto: { next: 'light', icon: 'auto', words: 'as the system' },
  light: { next: 'dark', icon: 'sun', words: 'light' },
  dark: { next: 'auto', icon: 'moon', words: 'dark' },
};

export function ColourSchemeButton(): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { next, icon, words } = SCHEMES[colorScheme];
  const label = `Colours: ${words}. Change to ${SCHEMES[next].words}`;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(next)}
    >
      <Icon name={icon} />
    </ActionIcon>
  );
}
