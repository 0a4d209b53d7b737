import { execFile } from 'node:child_process';

export interface KubectlAs {
  readonly kubeconfig: string;
  readonly program: string;
  /** Where a manifest does not say another one. */
  readonly namespace?: string;
}

/** Runs kubectl and returns what it prints. Throws with what it complains about. */
export type Kubectl = (args: readonly string[], stdin?: string) => Promise<string>;

const TIMEOUT_MS = 60_000;

export function kubectlAs({ kubeconfig, program, namespace }: KubectlAs): Kubectl {
  const first = namespace === undefined ? [] : [`--namespace=${namespace}`];
  // Not as an option: KUBECONFIG may be a list of files.
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const options = { env, timeout: TIMEOUT_MS, maxBuffer: 64 << 20 };
  return (args, stdin = '') =>
    new Promise((resolve, reject) => {
      const child = execFile(program, [...first, ...args], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`kubectl ${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }));
      });
      // It may not read what it is given, and then the pipe breaks.
      child.stdin?.once('error', () => {});
      child.stdin?.end(stdin);
    });
}
