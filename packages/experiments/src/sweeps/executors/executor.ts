import type { Output } from '../../command';
import { lockOwner } from '../../runs/lock';
import type { SweepFolder } from '../sweep_folder';

/** What is to be run, and how a process for it is started. */
export interface Work {
  readonly folder: SweepFolder;
  /** Items, in order. */
  readonly items: readonly number[];
  /** The `activations` command: the program and its first arguments. */
  readonly program: readonly string[];
  /** Threads of one run. */
  readonly threads: number;
}

/** What runs the items of a sweep: each as a process `activations sweep task DIR --index=N`. */
export interface SweepExecutor {
  readonly name: string;
  /** What `submit` does, as text that does the same by hand. */
  readonly describe: (work: Work) => string;
  /** Runs the items, or hands them to what will. @returns the exit code, see `EXIT` */
  readonly submit: (work: Work, output: Output) => Promise<number>;
}

/** The command that runs an item. */
export function taskCommand({ program, folder }: Pick<Work, 'program' | 'folder'>, index: number | string): readonly string[] {
  return [...program, 'sweep', 'task', folder.folder, `--index=${index}`];
}

/** The items that are neither done nor, unless they are to be run again, failed. */
export function openItems(folder: SweepFolder, retryFailed: boolean): number[] {
  const closed = new Set([...folder.marked('done'), ...(retryFailed ? [] : folder.marked('failed'))]);
  return Array.from({ length: folder.sweep.items }, (_, index) => index).filter((index) => !closed.has(index));
}

/** The items that are done, failed, or run by some process now. */
export function accountedItems(folder: SweepFolder): number[] {
  return [...folder.marked('done'), ...folder.marked('failed'), ...folder.marked('running').filter((index) => lockOwner(folder.mark('running', index)))];
}

/** An argument as a POSIX shell takes it. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
