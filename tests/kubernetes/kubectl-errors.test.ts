import { translateComplaint } from '../../src/kubernetes/kubectl-errors.ts';

const attempted = { what: 'apply Deployment shop/orders', args: ['apply', '--filename=-'] };
const translated = (stderr: string, secrets: readonly string[] = []) =>
  translateComplaint({ code: 1, stdout: '', stderr }, { ...attempted, secrets });

const log = (text: string) =>
  `E1124 14:36:46.344703   19547 memcache.go:265] "Unhandled Error" err="couldn't get current server API group list: ${text}"\n`;

/** Messages as kubectl 1.36 wrote them, on a real API server where a server can be made to give the message. */
const RECORDED: readonly (readonly [string, string])[] = [
  ['NotFound', 'Error from server (NotFound): namespaces "nope" not found'],
  ['NotFound', 'Error from server (NotFound): deployments.apps "nope" not found'],
  ['NotFound', 'Error from server (NotFound): error when replacing "STDIN": configmaps "c2" not found'],
  ['NotFound', 'Error from server (NotFound): the server could not find the requested resource'],
  ['NotFound', 'error: the server doesn\'t have a resource type "HTTPRoute"'],
  [
    'NotFound',
    'error: resource mapping not found for name: "x" namespace: "shop" from "STDIN": no matches for kind "HTTPRoute" in version "gateway.networking.k8s.io/v1"\nensure CRDs are installed first',
  ],
  ['Conflict', 'Error from server (AlreadyExists): error when creating "STDIN": configmaps "c1" already exists'],
  [
    'Conflict',
    'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "c1": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [
    'Broken',
    'Error from server (Forbidden): deployments.apps "orders" is forbidden: User "nobody" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
  ],
  ['Broken', 'Error from server (Forbidden): unknown: User "nobody" cannot get path "/api"'],
  [
    'Broken',
    'error: error validating "STDIN": error validating data: failed to check CRD: failed to list CRDs: customresourcedefinitions.apiextensions.k8s.io is forbidden: User "nobody" cannot list resource "customresourcedefinitions" in API group "apiextensions.k8s.io" at the cluster scope; if you choose to ignore these errors, turn validation off with --validate=false',
  ],
  [
    'InvalidRequest',
    'Error from server (Forbidden): configmaps "b" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1',
  ],
  [
    'InvalidRequest',
    'Error from server (Forbidden): pods "b" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)',
  ],
  [
    'InvalidRequest',
    'Error from server (Forbidden): configmaps "y" is forbidden: unable to create new content in namespace dying because it is being terminated',
  ],
  [
    'InvalidRequest',
    'Error from server (Forbidden): admission webhook "x.y" denied the request: dial tcp: connection refused',
  ],
  ['InvalidRequest', 'Error from server: admission webhook "x.y" denied the request: x509: nope'],
  [
    'InvalidRequest',
    'The Deployment "orders" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable',
  ],
  ['InvalidRequest', 'The Deployment "x" is invalid: \n* spec.replicas: Invalid value: -2: must be 0 or more\n* b: no'],
  ['InvalidRequest', 'The ConfigMap "z" is invalid: []: Too long: may not be more than 1048576 bytes'],
  [
    'InvalidRequest',
    'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replicsa"',
  ],
  [
    'InvalidRequest',
    'Error from server: failed to create typed patch object (shop/x; apps/v1, Kind=Deployment): .spec.replicsa: field not declared in schema',
  ],
  ['InvalidRequest', 'Error from server (RequestEntityTooLarge): Request entity too large: limit is 3145728'],
  ['InvalidRequest', 'error: resource name may not be empty'],
  [
    'InvalidRequest',
    'error: error validating "STDIN": error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false',
  ],
  [
    'InvalidRequest',
    'error: error validating "STDIN": error validating data: ValidationError(Deployment.spec): unknown field "replicsa"; if you choose to ignore these errors',
  ],
  [
    'Transient',
    `${log('Get "https://127.0.0.1:1/api?timeout=32s": dial tcp 127.0.0.1:1: connect: connection refused').repeat(5)}The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?`,
  ],
  ['Transient', 'Unable to connect to the server: dial tcp: lookup nope.invalid on 10.0.0.2:53: no such host'],
  ['Transient', 'Unable to connect to the server: net/http: TLS handshake timeout'],
  ['Transient', 'Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout'],
  ['Transient', 'Unable to connect to the server: EOF'],
  ['Transient', 'Unable to connect to the server: context deadline exceeded'],
  [
    'Transient',
    'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
  ],
  [
    'Transient',
    'error: unable to recognize "STDIN": client rate limiter Wait returned an error: context deadline exceeded - error from a previous attempt: EOF',
  ],
  [
    'Transient',
    'error: unable to recognize "STDIN": Get "https://10.0.0.1/api?timeout=2s": read: connection reset by peer',
  ],
  ['Transient', 'Error from server (ServiceUnavailable): the server is currently unable to handle the request'],
  ['Transient', 'Error from server (TooManyRequests): too many requests'],
  ['Transient', 'Error from server (InternalError): Internal error occurred: etcdserver: leader changed'],
  ['Transient', 'Error from server (InternalError): Internal error occurred: failed calling webhook "x.y": x509: no'],
  ['Transient', 'Error from server: etcdserver: request timed out'],
  [
    'Transient',
    'Error from server (Timeout): Timeout: request did not complete within requested timeout - context deadline exceeded',
  ],
  ['Broken', 'error: You must be logged in to the server (Unauthorized)'],
  [
    'Broken',
    'error: error validating "STDIN": error validating data: failed to download openapi: the server has asked for the client to provide credentials; if you choose to ignore these errors, turn validation off with --validate=false',
  ],
  ['Broken', 'Unable to connect to the server: getting credentials: exec: executable aws not found\nIt looks like you'],
  [
    'Broken',
    'token expired, run aws sso login\nUnable to connect to the server: getting credentials: exec: executable sh failed with exit code 255',
  ],
  [
    'Broken',
    'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  ['Broken', 'error: context "zip" does not exist'],
  ['Broken', 'The connection to the server localhost:8080 was refused - did you specify the right host or port?'],
  ['Broken', 'error: error loading config file "/k": couldn\'t get version/kind; json parse error: json: cannot'],
  ['Broken', 'error: unable to read certificate-authority /nope for c due to open /nope: no such file or directory'],
  ['Broken', 'error: failed to run "diff": executable file not found in $PATH'],
  ['Broken', 'error: unknown flag: --server-side'],
  ['Broken', 'panic: runtime error: invalid memory address'],
  ['Broken', ''],
];

test.each(RECORDED)('the kubectl error %s: %s', (name, stderr) => {
  expect(translated(stderr)).toMatchObject({
    name,
    message: expect.stringMatching(/^Could not apply Deployment shop\/orders: \S/),
  });
});

test.each([
  [
    RECORDED[0]?.[1] ?? '',
    'Could not apply Deployment shop/orders: namespaces "nope" not found. Create it first, or correct the name.',
  ],
  [
    RECORDED[5]?.[1] ?? '',
    'Could not apply Deployment shop/orders: the cluster has no kind HTTPRoute in gateway.networking.k8s.io/v1. Install its CustomResourceDefinition, or correct apiVersion and kind.',
  ],
  [
    RECORDED[8]?.[1] ?? '',
    'Could not apply Deployment shop/orders: user nobody may not patch deployments.apps in namespace shop. Bind its group to the Role of k8s/access there; if it is bound, add that permission.',
  ],
  [
    'The Deployment "x" is invalid: \n* spec.replicas: must be 0 or more\n* spec.b: no',
    'Could not apply Deployment shop/orders: The Deployment "x" is invalid: * spec.replicas: must be 0 or more * spec.b: no. The cluster will refuse it again until that is mended.',
  ],
  [
    '',
    'Could not apply Deployment shop/orders: kubectl did not say why. Run kubectl by hand with the same kubeconfig to see more.',
  ],
])('the message says what was attempted, the reason and the next step (%#)', (stderr, message) => {
  expect(translated(stderr).message).toBe(message);
});

test('a kubectl that asks for a name and a password has no credentials', () => {
  const asked = { code: 1, stdout: 'Please enter Username: ', stderr: 'error: EOF' };
  expect(translateComplaint(asked, attempted)).toMatchObject({ name: 'Broken' });
  expect(translateComplaint({ ...asked, stdout: '' }, attempted)).toMatchObject({ name: 'Transient' });
});

test('a value that fills a page does not hide why it is refused', () => {
  const long = `{"labels":{"app":"j"},"Spec":{"Volumes":null,"Containers":[{"Name":"${'a'.repeat(2_000)}"}]}}`;
  const stderr = `The Job "j" is invalid: spec.template: Invalid value: ${long}: field is immutable`;
  expect(translated(stderr).message).toContain('spec.template: Invalid value: {...}: field is immutable');
  const short = 'The Service "a" is invalid: spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set';
  expect(translated(short).message).toContain('Invalid value: ["None"]: may not change once set');
});

test('a warning or a line of the log is the reason only when there is no other reason', () => {
  const reason = 'Error from server (NotFound): namespaces "nope" not found';
  const noisy = `Warning: would violate PodSecurity\n${log('connection refused')}\n${reason}\n`;
  expect(translated(noisy).message).toBe(translated(reason).message);
  expect(translated(log('dial tcp 10.0.0.1:443: connect: connection refused'))).toMatchObject({ name: 'Transient' });
});

const ADVICE =
  'Please review the fields above--they currently have other managers. Here\nare the ways you can resolve this';

test.each([
  [
    'error: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    [{ manager: 'kubectl', subresource: 'scale', fields: ['.spec.replicas'] }],
  ],
  [
    'Error from server (Conflict): Apply failed with 1 conflict: conflict with "a b" using apps/v1 at 2026-11-24T14:38:52Z: .spec.replicas',
    [{ manager: 'a b', fields: ['.spec.replicas'] }],
  ],
  [
    `error: Apply failed with 2 conflicts: conflicts with "slipway":\n- .spec.replicas\n- .spec.template.spec.containers[name="c"].image\n${ADVICE}`,
    [{ manager: 'slipway', fields: ['.spec.replicas', '.spec.template.spec.containers[name="c"].image'] }],
  ],
  [
    `error: Apply failed with 2 conflicts: conflicts with "a":\n- .data.x\nconflicts with "b" using v1:\n- .data.y\n${ADVICE}`,
    [
      { manager: 'a', fields: ['.data.x'] },
      { manager: 'b', fields: ['.data.y'] },
    ],
  ],
])('an apply that conflicts with other managers names the managers and the fields (%#)', (stderr, conflicts) => {
  const error = translated(stderr);
  expect(error).toMatchObject({ name: 'Conflict', details: { conflicts } });
  for (const { manager, fields } of conflicts) {
    expect(error.message).toContain(`manager "${manager}"`);
    for (const field of fields) expect(error.message).toContain(field);
  }
  expect(error.message).not.toContain('Please review');
});

test('a conflict whose owners cannot be parsed is still a conflict', () => {
  expect(translated('error: Apply failed with 3 conflicts: in a new form')).toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('other managers own some of its fields'),
  });
});

test('a secret value is in neither the message nor the cause', () => {
  const error = translated('Error from server: .stringData.password: expected string, got {"a":"hunter2"}', [
    'hunter2',
    '',
  ]);
  expect(error.message).toContain('{"a":"***"}');
  expect(String(error.cause)).toContain('kubectl apply --filename=- exited with code 1');
  expect(String(error.cause)).not.toContain('hunter2');
});
