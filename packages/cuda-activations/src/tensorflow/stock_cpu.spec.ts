import * as tf from '@tensorflow/tfjs';
import { useTensorFlowJs } from '../index';
import { describeStock } from '../testing/stock_cases';

useTensorFlowJs(tf);
describeStock('stock @tensorflow/tfjs on its CPU backend', tf);

test('no other TensorFlow.js can be given later, nor anything that is none', () => {
  expect(() => { useTensorFlowJs({ ...tf }); }).toThrow('before any function of this package on tensors');
  expect(() => { useTensorFlowJs({} as never); }).toThrow(/tf must be a TensorFlow\.js module .* without engine\(\)/);
  expect(() => { useTensorFlowJs(null as never); }).toThrow('tf must be a TensorFlow.js module');
});
