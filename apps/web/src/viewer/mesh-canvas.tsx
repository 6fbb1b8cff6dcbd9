/** The viewer as a component: a canvas with its dimensions, and the buttons that go with it. */
import { ActionIcon, useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { type ReactElement, useEffect, useEffectEvent, useRef, useState } from 'react';
import { formatLength } from '../components/format.ts';
import { Icon, type IconName } from '../components/icons.tsx';
import { readViewerColours, type ViewerSide } from './colours.ts';
import classes from './mesh-canvas.module.css';
import { MeshViewer } from './mesh-viewer.ts';
import { type Frame, POSE_DEFAULT, type Pose } from './pose.ts';
import type { RenderMesh } from './render-mesh.ts';

export interface MeshCanvasProps {
  readonly mesh: RenderMesh | undefined;
  /** What is shown, in words, for those who cannot see it. */
  readonly label: string;
  readonly side: ViewerSide;
  readonly testId: string;
  /** Whether the part turns by itself until it is touched. */
  readonly turns?: boolean;
  /** Shows this much instead of just the part. */
  readonly frame?: Frame | undefined;
  /** The view, where somebody else holds it too. */
  readonly pose?: Pose | undefined;
  readonly onMove?: (pose: Pose) => void;
}

interface ToolProps {
  readonly label: string;
  readonly icon: IconName;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

function Tool({ label, icon, pressed, onClick }: ToolProps): ReactElement {
  return (
    <ActionIcon
      variant="default"
      size="lg"
      className={classes.tool}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={icon} />
    </ActionIcon>
  );
}

/** A viewer inside the two elements for as long as they are there. */
function useMeshViewer({ side, label, testId, onMove }: MeshCanvasProps & { onMove: (pose: Pose) => void }) {
  const holder = useRef<HTMLDivElement>(null);
  const overlay = useRef<HTMLDivElement>(null);
  const [viewer, setViewer] = useState<MeshViewer>();
  const [hasFailed, setHasFailed] = useState(false);
  const moved = useEffectEvent(onMove);
  const scheme = useComputedColorScheme();
  useEffect(() => {
    // A canvas whose context was given back cannot get another one: each viewer has a canvas of its own.
    const canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    canvas.role = 'img';
    canvas.dataset.testid = testId;
    holder.current!.append(canvas);
    let created: MeshViewer | undefined;
    try {
      created = new MeshViewer({ canvas, overlay: overlay.current!, formatLength, onMove: moved });
    } catch {
      setHasFailed(true);
    }
    setViewer(created);
    return () => {
      created?.dispose();
      canvas.remove();
    };
  }, [testId]);
  useEffect(() => viewer?.setLabel(label), [viewer, label]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides what the style sheet says
  useEffect(() => viewer?.setColours(readViewerColours(side)), [viewer, side, scheme]);
  return { holder, overlay, viewer, hasFailed };
}

export function MeshCanvas(props: MeshCanvasProps): ReactElement {
  const { mesh, pose, frame, turns: turnsAtFirst = false } = props;
  const prefersStillness = useReducedMotion();
  const [turns, setTurns] = useState(turnsAtFirst);
  const [showsDimensions, setShowsDimensions] = useState(true);
  const { holder, overlay, viewer, hasFailed } = useMeshViewer({
    ...props,
    onMove(next) {
      setTurns(false);
      props.onMove?.(next);
    },
  });
  const isTurning = turns && !prefersStillness;
  useEffect(() => viewer?.setMesh(mesh), [viewer, mesh]);
  useEffect(() => viewer?.setTurntable(isTurning), [viewer, isTurning]);
  useEffect(() => viewer?.setDimensions(showsDimensions), [viewer, showsDimensions]);
  useEffect(() => viewer?.setFrame(frame), [viewer, frame]);
  useEffect(() => {
    if (pose !== undefined) viewer?.setPose(pose);
  }, [viewer, pose]);

  function fit(): void {
    viewer?.setPose(POSE_DEFAULT);
    props.onMove?.(POSE_DEFAULT);
  }

  return (
    <div className={classes.frame}>
      <div ref={holder} className={classes.canvas} />
      <div ref={overlay} className={classes.dimensions} aria-hidden="true" />
      {hasFailed && (
        <p className={classes.note}>This browser has no WebGL: the part cannot be shown in 3D.</p>
      )}
      <div className={classes.tools} role="toolbar" aria-label="View">
        {turnsAtFirst && !prefersStillness && (
          <Tool
            label={turns ? 'Stop turning' : 'Turn slowly'}
            icon={turns ? 'pause' : 'play'}
            onClick={() => setTurns(!turns)}
          />
        )}
        <Tool
          label="Show the size"
          icon="ruler"
          pressed={showsDimensions}
          onClick={() => setShowsDimensions(!showsDimensions)}
        />
        <Tool label="Fit to view" icon="fit" onClick={fit} />
      </div>
    </div>
  );
}
