/** The suites that need a real Kubernetes: the one that KUBECONFIG names, or a control plane started for the run. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/cluster/**/*.test.ts'],
  globalSetup: '<rootDir>/tests/cluster/start-control-plane.ts',
  globalTeardown: '<rootDir>/tests/cluster/stop-control-plane.ts',
  // Each file has a namespace of its own, and waits for pods most of the time.
  maxWorkers: 5,
  testTimeout: 600_000,
};
