import { EXIT } from '@cuda-activations/experiments';
import { diagnose, diagnosisText } from 'cuda-activations';
import { COMMON, defineCommand } from '../command/definition';
import { printJson } from '../command/io';

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'what is installed and loaded, and why something is not',
  details: 'Ends with 0 where everything works, a GPU aside, and with 1 where something does not.',
  options: { json: COMMON.json },
  examples: [
    { line: 'doctor', says: 'kernels, TensorFlow, op library, GPU' },
    { line: 'doctor --json', says: 'the same for a program' },
  ],
  run: ({ options, io }) => {
    const diagnosis = diagnose();
    if (options.json) printJson(io, diagnosis);
    else io.print(diagnosisText(diagnosis));
    return diagnosis.ok ? EXIT.done : EXIT.failed;
  },
});
