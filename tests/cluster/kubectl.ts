import { execFile } from 'node:child_process';

export interface KubectlAs {
  readonly kubeconfig: string;
  readonly program: string;
  /** The default namespace, for manifests that name no other. */
  readonly namespace?: string;
}

/** Runs kubectl and returns its output. Throws with its error output. */
export type Kubectl = (args: readonly string[], stdin?: string) => Promise<string>;

const TIMEOUT_MS = 60_000;

export function kubectlAs({ kubeconfig, program, namespace }: KubectlAs): Kubectl {
  const first = namespace === undefined ? [] : [`--namespace=${namespace}`];
  // Passed by the environment and not as an option, because KUBECONFIG may be a list of files.
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const options = { env, timeout: TIMEOUT_MS, maxBuffer: 64 << 20 };
  return (args, stdin = '') =>
    new Promise((resolve, reject) => {
      const child = execFile(program, [...first, ...args], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`kubectl ${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }));
      });
      // kubectl may end without reading its input, and then the pipe breaks.
      child.stdin?.once('error', () => {});
      child.stdin?.end(stdin);
    });
}
