// What a cubin holds: registers, stack and the instructions of each kernel's loops, as cuobjdump shows them.
import { execFileSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

function run(cuobjdump, option, cubin) {
  // cuobjdump starts nvdisasm from PATH.
  const env = { ...process.env, PATH: `${dirname(cuobjdump)}${delimiter}${process.env.PATH}` };
  return execFileSync(cuobjdump, [option, cubin], { env, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
}

function readResources(text) {
  const kernels = new Map();
  let name;
  for (const line of text.split('\n')) {
    name = /^\s*Function (\S+):/.exec(line)?.[1] ?? name;
    const found = /REG:(\d+) STACK:(\d+) SHARED:(\d+) LOCAL:(\d+)/.exec(line);
    if (found && name) {
      const [registers, stack, shared, local] = found.slice(1).map(Number);
      kernels.set(name, { registers, stack, shared, local });
    }
  }
  return kernels;
}

/** Instructions of each function as `{address, operation, target}`; `target` is the address a branch goes to. */
function readInstructions(text) {
  const functions = new Map();
  let current;
  for (const line of text.split('\n')) {
    const name = /^\s*Function : (\S+)/.exec(line)?.[1];
    if (name) functions.set(name, (current = []));
    const found = /^\s*\/\*([0-9a-f]{4,})\*\/\s+(?:@!?U?P\w+\s+)?([A-Z][\w.]*)([^;]*)/.exec(line);
    if (!found || !current) continue;
    const operation = found[2];
    const target = operation.startsWith('BRA') ? /0x([0-9a-f]+)/.exec(found[3])?.[1] : undefined;
    current.push({ address: parseInt(found[1], 16), operation, ...(target ? { target: parseInt(target, 16) } : {}) });
  }
  return functions;
}

const vectorStore = /^STG\..*(128|64)\b/;

/** Every backward branch closes a loop. Kept: the innermost of the loops that store vectors. */
function vectorLoops(instructions) {
  const body = ({ first, last }) => instructions.filter(({ address }) => address >= first && address <= last).map(({ operation }) => operation);
  const loops = instructions
    .filter(({ address, target }) => target !== undefined && target < address)
    .map(({ address, target }) => ({ first: target, last: address }))
    .filter((loop) => body(loop).some((operation) => vectorStore.test(operation)));
  return loops.filter((loop) => !loops.some((other) => other !== loop && other.first >= loop.first && other.last <= loop.last)).map(body);
}

const count = (operations, pattern) => operations.filter((operation) => pattern.test(operation)).length;

/**
 * Kernels of a cubin by name: registers, bytes of stack, spill instructions, and for each loop that stores vectors its instructions, those
 * of them that the units for float32 arithmetic do, and its accesses to global memory (`vector`: 16 bytes each, `half`: 8, `scalar`: less).
 */
export function readKernels(cuobjdump, cubin) {
  const resources = readResources(run(cuobjdump, '-res-usage', cubin));
  const functions = readInstructions(run(cuobjdump, '-sass', cubin));
  return [...resources].map(([name, resource]) => {
    const instructions = functions.get(name);
    if (!instructions?.length) throw new Error(`${cubin}: no machine code found for ${name}`);
    const operations = instructions.map(({ operation }) => operation);
    return {
      name,
      ...resource,
      instructions: operations.length,
      spills: count(operations, /^(LDL|STL)/),
      calls: count(operations, /^CALL/),
      loops: vectorLoops(instructions).map((loop) => ({
        instructions: loop.length,
        arithmetic: count(loop, /^F(FMA|MUL|ADD)\b/),
        vectorLoads: count(loop, /^LDG\..*\b128\b/),
        vectorStores: count(loop, /^STG\..*\b128\b/),
        halfLoads: count(loop, /^LDG\.(?!.*\b128\b).*\b64\b/),
        halfStores: count(loop, /^STG\.(?!.*\b128\b).*\b64\b/),
        scalarLoads: count(loop, /^LDG(?!.*\b(128|64)\b)/),
        scalarStores: count(loop, /^STG(?!.*\b(128|64)\b)/),
      })),
    };
  });
}
