import { expect, test } from 'vitest';
import { ball, box, insideOut, moved, together } from '../testing/shapes.ts';
import { countUnbalancedEdges } from './edge-balance.ts';
import { weldMesh } from './weld-mesh.ts';

test('closed surfaces have no unbalanced edge, whichever way they face', () => {
  expect(countUnbalancedEdges(box(1, 2, 3))).toBe(0);
  expect(countUnbalancedEdges(insideOut(ball(5, 2)))).toBe(0);
});

test('a missing facet leaves three, a facet the wrong way round too', () => {
  const { positions, triangles } = ball(5, 1);
  expect(countUnbalancedEdges({ positions, triangles: triangles.subarray(3) })).toBe(3);
  const turned = triangles.slice();
  [turned[0], turned[1]] = [turned[1]!, turned[0]!];
  expect(countUnbalancedEdges({ positions, triangles: turned })).toBe(3);
});

test('two boxes that share an edge are closed: four facets pair up', () => {
  const both = together(
    box(1, 1, 1),
    moved(box(1, 1, 1), (x, y, z) => [x + 1, y + 1, z]),
  );
  const { mesh } = weldMesh(both);
  expect(mesh.positions.length / 3).toBe(14);
  expect(countUnbalancedEdges(mesh)).toBe(0);
});

test('takes linear time where all triangles share one vertex', () => {
  const spokes = 200_000;
  const positions = new Float32Array((spokes + 1) * 3);
  const triangles = Uint32Array.from({ length: spokes * 3 }, (_, i) =>
    i % 3 === 0 ? 0 : 1 + ((Math.floor(i / 3) + (i % 3)) % spokes),
  );
  const started = performance.now();
  expect(countUnbalancedEdges({ positions, triangles })).toBe(spokes); // the rim
  expect(performance.now() - started).toBeLessThan(2000);
});
