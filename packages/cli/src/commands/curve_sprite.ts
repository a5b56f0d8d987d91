import { evenly, type FunctionCurve } from './function_curves';

const [LEFT, RIGHT, BOTTOM, TOP] = [-4, 4, -2, 4];
/** Pixels of a unit, the same along both axes. */
const SCALE = 16;
/** Values whose neighbours are this far apart are no line: the function jumps. */
const JUMP = 0.3;

const number = (value: number): string => String(Math.round(value * 10) / 10 + 0);

/** A curve as the data of an SVG path. */
function pathOf(x: Float64Array, y: Float64Array): string {
  // A little beyond the picture is as far as a line has to go.
  const kept = (value: number): number => Math.min(TOP + 1, Math.max(BOTTOM - 1, value));
  return Array.from(x, (at, i) => {
    const value = y[i] as number;
    const joined = i > 0 && Math.abs(value - (y[i - 1] as number)) < JUMP;
    return `${joined ? 'L' : 'M'}${number((at - LEFT) * SCALE)} ${number((TOP - kept(value)) * SCALE)}`;
  }).join('');
}

/** A small picture of a function (blue) and its derivative (orange, dashed) for x from -4 to 4 and y from -2 to 4, as SVG. */
export function curveSprite({ label, value, derivative }: FunctionCurve): string {
  const x = evenly(LEFT, RIGHT, 161);
  const [width, height] = [(RIGHT - LEFT) * SCALE, (TOP - BOTTOM) * SCALE];
  const [axisX, axisY] = [-LEFT * SCALE, TOP * SCALE].map(number) as [string, string];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${number(width)}" height="${number(height)}" viewBox="0 0 ${number(width)} ${number(height)}" fill="none" stroke-width="1.5">
<title>${label} and its derivative</title>
<rect width="100%" height="100%" fill="#fff"/>
<path stroke="#bbb" stroke-width="0.5" d="M0 ${axisY}H${number(width)}M${axisX} 0V${number(height)}"/>
<path stroke="#e6842a" stroke-dasharray="3 2" d="${pathOf(x, derivative(x))}"/>
<path stroke="#3b6fb6" d="${pathOf(x, value(x))}"/>
</svg>
`;
}
