import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The addresses of the local platform. */
export interface PlatformAddresses {
  /** The URL that takes events by POST. */
  readonly events: string;
  readonly s3: {
    readonly endpoint: string;
    readonly bucket: string;
    readonly accessKey: string;
    readonly secretKey: string;
  };
  /** psql's arguments for the warehouse. */
  readonly warehouse: readonly string[];
  /** The file with the password that psql needs. */
  readonly passwordFile: string;
  /** The URL of the dashboards, if they were started. */
  readonly dashboards?: string;
}

const START_MS = 300_000;

/** A process that the tests started. */
export class Running {
  constructor(private readonly process: ChildProcess) {}

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) {
      return;
    }
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await gone;
  }
}

/** Starts a program; resolves with the matches once its output matches all patterns. */
export async function start(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
  patterns: readonly RegExp[],
): Promise<[Running, RegExpExecArray[]]> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGTERM');
      reject(new Error(`${command} ${why}:\n${output}`));
    };
    const timer = setTimeout(() => fail(`has not started within ${START_MS / 1_000} s`), START_MS);
    const read = (chunk: Buffer) => {
      output = (output + chunk).slice(-20_000);
      const found = patterns.map((pattern) => pattern.exec(output));
      if (found.every((match) => match !== null)) {
        clearTimeout(timer);
        resolve([new Running(child), found]);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => fail(`ended with ${code}`));
    child.once('error', (error) => fail(error.message));
  });
}

/** Returns a free port. */
export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Starts the platform with `./clickstream up`; its data are in a temporary folder. */
export async function startPlatform(options: readonly string[]): Promise<{
  addresses: PlatformAddresses;
  stop(): Promise<void>;
}> {
  const data = mkdtempSync(path.join(tmpdir(), 'clickstream-e2e-'));
  const home = path.resolve(import.meta.dirname, '../..');
  const command = path.join(home, 'clickstream');
  // Builds the platform first if necessary, which may take minutes.
  execFileSync(command, ['up', '--help'], { cwd: home, stdio: 'pipe' });
  const [running, [events, raw, warehouse, passwords, dashboards]] = await start(
    command,
    ['up', '--port', '0', '--data', data, ...options],
    // The tests' pages have many origins: files, frames without one, and hosts that are made up.
    { cwd: home, env: { ...process.env, ALLOWED_ORIGINS: '*' } },
    [
      /events +POST (\S+)/,
      /raw +s3:\/\/([^/]+)\/\S+ at (\S+)/,
      /warehouse +psql (.+)/,
      /PGPASSFILE='([^']+)' AWS_SHARED_CREDENTIALS_FILE='([^']+)'/,
      /dashboards +(\S+)/,
    ],
  );
  const keys = readFileSync(passwords![2]!, 'utf8');
  const key = (name: string) => new RegExp(`^${name} = (.+)$`, 'm').exec(keys)![1]!;
  return {
    addresses: {
      events: events![1]!,
      s3: {
        bucket: raw![1]!,
        endpoint: raw![2]!,
        accessKey: key('aws_access_key_id'),
        secretKey: key('aws_secret_access_key'),
      },
      warehouse: warehouse![1]!.split(' '),
      passwordFile: passwords![1]!,
      dashboards: dashboards![1]!.startsWith('http') ? dashboards![1]! : undefined,
    },
    async stop() {
      await running.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
