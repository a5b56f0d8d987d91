import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'scancel', 'sinfo'];
/** Where distributions keep daemons, for users whose PATH lacks it. */
const DAEMON_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/** A Slurm of one node on this machine, with folders, ports and keys of its own. */
export class SlurmCluster {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slurm-'));
  /** What commands of Slurm need to find it. */
  readonly environment: Readonly<Record<string, string>> = {
    SLURM_CONF: path.join(this.folder, 'slurm.conf'),
    PATH: [process.env['PATH'] ?? '', ...DAEMON_FOLDERS].join(path.delimiter),
  };
  readonly #daemons = new Map<string, ChildProcess>();

  /**
   * @param cpus that the node claims to have
   * @param maxArraySize array indices are below it
   * @throws Error naming the packages, where Slurm is not installed
   */
  static async start(cpus: number, maxArraySize: number): Promise<SlurmCluster> {
    const cluster = new SlurmCluster();
    // Not by calling them: without a configuration they look for one for a minute.
    const folders = (cluster.environment['PATH'] ?? '').split(path.delimiter);
    const missing = PROGRAMS.filter((program) => !folders.some((folder) => fs.existsSync(path.join(folder, program))));
    if (missing.length > 0) {
      fs.rmSync(cluster.folder, { recursive: true });
      throw new Error(`test-slurm: ${missing.join(', ')} not found; on Debian: apt-get install slurm-wlm munge`);
    }
    await cluster.#configure(cpus, maxArraySize);
    try {
      await cluster.#munged();
      cluster.#daemon('slurmctld', '-D');
      cluster.startNode();
      await cluster.until('the node is idle', () => /\bidle\b/.test(cluster.call('sinfo', '--noheader', '--format=%T')));
      return cluster;
    } catch (error) {
      const logs = ['munged', 'slurmctld', 'slurmd'].map((name) => `${name}:\n${cluster.log(name).split('\n').slice(-15).join('\n')}`);
      await cluster.stop();
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${logs.join('\n')}`, { cause: error });
    }
  }

  /** Calls a command of Slurm. @returns its standard output, and what it complained of */
  call(program: string, ...argv: string[]): string {
    const { stdout, stderr } = spawnSync(program, argv, { encoding: 'utf8', env: { ...process.env, ...this.environment } });
    return stdout + stderr;
  }

  /** Waits for something. @throws Error naming it after two minutes */
  async until(what: string, holds: () => boolean, seconds = 120, everyMs = 200): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`${what}: not so after ${seconds} s\n${this.call('squeue', '--array', '--states=all')}\n${this.log('slurmctld').split('\n').slice(-20).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  startNode(...options: string[]): void {
    this.#daemon('slurmd', '-D', ...options);
  }

  /** What is left of a node that lost its power: nothing. Then it boots again, and Slurm finds its tasks missing. */
  async failNode(): Promise<void> {
    const running = () => this.call('squeue', '--noheader', '--array', '--states=RUNNING', '--format=%A %S').split('\n').filter((line) => line !== '');
    const lost = running();
    const daemon = this.#daemons.get('slurmd');
    const ended = new Promise((resolve) => daemon?.once('exit', resolve));
    daemon?.kill('SIGKILL');
    await ended;
    for (const pid of this.#tasks()) end(pid);
    this.startNode('-b');
    // A node registers now and then, and a task may be missing in the first seconds of its life. This asks it to.
    await this.until('Slurm misses the tasks', () => {
      this.call('scontrol', 'reconfigure');
      return !running().some((task) => lost.includes(task));
    }, 120, 3000);
  }

  /** Ends every daemon and what it runs. */
  async stop(): Promise<void> {
    for (const pid of this.#tasks()) end(pid);
    for (const [, daemon] of [...this.#daemons].reverse()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      const ended = new Promise((resolve) => daemon.once('exit', resolve));
      const late = setTimeout(() => daemon.kill('SIGKILL'), 10_000);
      daemon.kill('SIGTERM');
      await ended;
      clearTimeout(late);
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  log(name: string): string {
    const file = path.join(this.folder, `${name}.log`);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  }

  /** Processes of tasks, and the slurmstepd that lead them: those are detached from slurmd. */
  #tasks(): number[] {
    const all = processes();
    const tasks = all.filter(({ pid }) => {
      const environment = environmentOf(pid);
      return environment.includes(`SLURM_CONF=${this.environment['SLURM_CONF'] ?? ''}`) && environment.some((entry) => entry.startsWith('SLURM_JOB_ID='));
    });
    const parents = new Set(tasks.map(({ parent }) => parent));
    return [...all.filter(({ pid, command }) => parents.has(pid) && command.startsWith('slurmstepd')), ...tasks].map(({ pid }) => pid);
  }

  #daemon(program: string, ...argv: string[]): void {
    const log = fs.openSync(path.join(this.folder, `${program}.log`), 'a');
    const daemon = spawn(program, argv, { stdio: ['ignore', log, log], env: { ...process.env, ...this.environment } });
    fs.closeSync(log);
    daemon.once('error', () => undefined);
    this.#daemons.set(program, daemon);
  }

  async #munged(): Promise<void> {
    const { folder } = this;
    fs.writeFileSync(path.join(folder, 'munge.key'), crypto.randomBytes(1024), { mode: 0o400 });
    const file = (name: string) => path.join(folder, name);
    this.#daemon('munged', '--foreground', '--force', `--key-file=${file('munge.key')}`, `--socket=${file('munge.socket')}`, `--pid-file=${file('munge.pid')}`, `--log-file=${file('munge.log')}`, `--seed-file=${file('munge.seed')}`);
    await this.until('munged answers', () => fs.existsSync(file('munge.socket')), 20);
  }

  async #configure(cpus: number, maxArraySize: number): Promise<void> {
    const { folder } = this;
    const host = os.hostname().split('.')[0] ?? 'localhost';
    const [controller, node] = [await freePort(), await freePort()];
    for (const name of ['state', 'spool']) fs.mkdirSync(path.join(folder, name));
    const user = os.userInfo().username;
    fs.writeFileSync(this.environment['SLURM_CONF'] ?? '', [
      'ClusterName=test',
      `SlurmctldHost=${host}(127.0.0.1)`,
      `SlurmctldPort=${controller}`,
      `SlurmdPort=${node}`,
      `SlurmUser=${user}`,
      `SlurmdUser=${user}`,
      // A task that is requeued starts again once its credential has expired; the default is two minutes.
      `AuthInfo=socket=${path.join(folder, 'munge.socket')},cred_expire=5`,
      `StateSaveLocation=${path.join(folder, 'state')}`,
      `SlurmdSpoolDir=${path.join(folder, 'spool')}`,
      `SlurmctldPidFile=${path.join(folder, 'slurmctld.pid')}`,
      `SlurmdPidFile=${path.join(folder, 'slurmd.pid')}`,
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'MpiDefault=none',
      'SelectType=select/cons_tres',
      'SelectTypeParameters=CR_Core',
      'SlurmdParameters=config_overrides',
      'SchedulerParameters=sched_interval=2,batch_sched_delay=0,bf_interval=2',
      `MaxArraySize=${maxArraySize}`,
      'MinJobAge=3600',
      'KillWait=20',
      'ReturnToService=2',
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=${cpus} State=UNKNOWN`,
      `PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
      '',
    ].join('\n'));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => { resolve(port); });
    });
  });
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): Process[] {
  return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    const [status, command] = [read(`/proc/${name}/status`), read(`/proc/${name}/cmdline`)];
    return status === '' ? [] : [{ pid: Number(name), parent: Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]), command }];
  });
}

const environmentOf = (pid: number): string[] => read(`/proc/${pid}/environ`).split('\0');

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
