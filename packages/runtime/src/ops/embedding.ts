import * as tf from '@tensorflow/tfjs';
import { executeOne } from './execute';

/**
 * Rows of a table, by one op each way (GatherV2 and UnsortedSegmentSum). `tf.gather` reads the ids in JavaScript to check them, which compile()
 * cannot record; here TensorFlow checks them.
 * @param table [rows, width], float32.
 * @param ids [...], int32, from 0 to rows - 1; a number outside is an error on the CPU and zeros on a GPU.
 * @returns [..., width].
 */
export function embedding(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  if (table.rank !== 2 || table.dtype !== 'float32') throw new Error(`embedding: expected table of rank 2 and dtype float32, but got shape [${table.shape.join(', ')}] and ${table.dtype}`);
  if (ids.dtype !== 'int32') throw new Error(`embedding: expected ids of dtype int32, but got ${ids.dtype}`);
  const [rows = 0, width = 0] = table.shape;
  return tf.tidy(() => {
    const look = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
      const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
      save([ids]);
      return {
        value: executeOne('GatherV2', {}, [input, ids, tf.scalar(0, 'int32')]),
        gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
          executeOne('UnsortedSegmentSum', {}, [tf.reshape(dy, [ids.size, width]), tf.reshape(saved as tf.Tensor, [ids.size]), tf.scalar(rows, 'int32')]),
      };
    });
    return look(table);
  });
}
