/**
 * Kubernetes' own schema (OpenAPI of 1.36) of the simulated kinds, without their status. Each line is a type and its
 * fields. `*` is required, `{}` a map, `[]` a list that is replaced whole. `[name]` is a list whose items these keys
 * identify, `!` a map or type that is replaced whole. A field that no workload of Slipway needs has the type `any`.
 */
export const KUBERNETES_SCHEMA = `
Deployment: metadata=ObjectMeta spec=DeploymentSpec
ObjectMeta: annotations={}str creationTimestamp=str deletionGracePeriodSeconds=int deletionTimestamp=str
  finalizers={set}str generateName=str generation=int labels={}str name=str namespace=str
  ownerReferences=[uid]OwnerReference resourceVersion=str selfLink=str uid=str
OwnerReference!: apiVersion*=str blockOwnerDeletion=bool controller=bool kind*=str name*=str uid*=str
DeploymentSpec: minReadySeconds=int paused=bool progressDeadlineSeconds=int replicas=int revisionHistoryLimit=int
  selector*=LabelSelector strategy=DeploymentStrategy template*=PodTemplateSpec
LabelSelector!: matchExpressions=[]LabelSelectorRequirement matchLabels={}str
LabelSelectorRequirement: key*=str operator*=str values=[]str
DeploymentStrategy: rollingUpdate=RollingUpdateDeployment type=str
RollingUpdateDeployment: maxSurge=int|str maxUnavailable=int|str
PodTemplateSpec: metadata=ObjectMeta spec=PodSpec
PodSpec: activeDeadlineSeconds=int affinity=Affinity automountServiceAccountToken=bool containers*=[name]Container
  dnsConfig=PodDNSConfig dnsPolicy=str enableServiceLinks=bool ephemeralContainers=[]any hostAliases=[ip]HostAlias
  hostIPC=bool hostNetwork=bool hostPID=bool hostUsers=bool hostname=str hostnameOverride=str
  imagePullSecrets=[name]LocalObjectReference initContainers=[name]Container nodeName=str nodeSelector={}str! os=any
  overhead={}quantity preemptionPolicy=str priority=int priorityClassName=str readinessGates=[]any
  resourceClaims=[]any resources=ResourceRequirements restartPolicy=str runtimeClassName=str schedulerName=str
  schedulingGates=[]any schedulingGroup=any securityContext=PodSecurityContext serviceAccount=str
  serviceAccountName=str setHostnameAsFQDN=bool shareProcessNamespace=bool subdomain=str
  terminationGracePeriodSeconds=int tolerations=[]Toleration
  topologySpreadConstraints=[topologyKey,whenUnsatisfiable]TopologySpreadConstraint volumes=[name]Volume
Affinity: nodeAffinity=any podAffinity=PodAffinity podAntiAffinity=PodAntiAffinity
PodAffinity: preferredDuringSchedulingIgnoredDuringExecution=[]WeightedPodAffinityTerm
  requiredDuringSchedulingIgnoredDuringExecution=[]PodAffinityTerm
WeightedPodAffinityTerm: podAffinityTerm*=PodAffinityTerm weight*=int
PodAffinityTerm: labelSelector=LabelSelector matchLabelKeys=[]str mismatchLabelKeys=[]str
  namespaceSelector=LabelSelector namespaces=[]str topologyKey*=str
PodAntiAffinity: preferredDuringSchedulingIgnoredDuringExecution=[]WeightedPodAffinityTerm
  requiredDuringSchedulingIgnoredDuringExecution=[]PodAffinityTerm
Container: args=[]str command=[]str env=[name]EnvVar envFrom=[]EnvFromSource image=str imagePullPolicy=str
  lifecycle=Lifecycle livenessProbe=Probe name*=str ports=[containerPort,protocol]ContainerPort readinessProbe=Probe
  resizePolicy=[]any resources=ResourceRequirements restartPolicy=str restartPolicyRules=[]any
  securityContext=SecurityContext startupProbe=Probe stdin=bool stdinOnce=bool terminationMessagePath=str
  terminationMessagePolicy=str tty=bool volumeDevices=[]any volumeMounts=[mountPath]VolumeMount workingDir=str
EnvVar: name*=str value=str valueFrom=EnvVarSource
EnvVarSource: configMapKeyRef=ConfigMapKeySelector fieldRef=ObjectFieldSelector fileKeyRef=any
  resourceFieldRef=ResourceFieldSelector secretKeyRef=SecretKeySelector
ConfigMapKeySelector!: key*=str name=str optional=bool
ObjectFieldSelector!: apiVersion=str fieldPath*=str
ResourceFieldSelector!: containerName=str divisor=quantity resource*=str
SecretKeySelector!: key*=str name=str optional=bool
EnvFromSource: configMapRef=ConfigMapEnvSource prefix=str secretRef=SecretEnvSource
ConfigMapEnvSource: name=str optional=bool
SecretEnvSource: name=str optional=bool
Lifecycle: postStart=LifecycleHandler preStop=LifecycleHandler stopSignal=str
LifecycleHandler: exec=ExecAction httpGet=HTTPGetAction sleep=SleepAction tcpSocket=TCPSocketAction
ExecAction: command=[]str
HTTPGetAction: host=str httpHeaders=[]HTTPHeader path=str port*=int|str scheme=str
HTTPHeader: name*=str value*=str
SleepAction: seconds*=int
TCPSocketAction: host=str port*=int|str
Probe: exec=ExecAction failureThreshold=int grpc=any httpGet=HTTPGetAction initialDelaySeconds=int periodSeconds=int
  successThreshold=int tcpSocket=TCPSocketAction terminationGracePeriodSeconds=int timeoutSeconds=int
ContainerPort: containerPort*=int hostIP=str hostPort=int name=str protocol=str
ResourceRequirements: claims=[]any limits={}quantity requests={}quantity
SecurityContext: allowPrivilegeEscalation=bool appArmorProfile=any capabilities=Capabilities privileged=bool
  procMount=str readOnlyRootFilesystem=bool runAsGroup=int runAsNonRoot=bool runAsUser=int seLinuxOptions=any
  seccompProfile=SeccompProfile windowsOptions=any
Capabilities: add=[]str drop=[]str
SeccompProfile: localhostProfile=str type*=str
VolumeMount: mountPath*=str mountPropagation=str name*=str readOnly=bool recursiveReadOnly=str subPath=str
  subPathExpr=str
PodDNSConfig: nameservers=[]str options=[]PodDNSConfigOption searches=[]str
PodDNSConfigOption: name=str value=str
HostAlias: hostnames=[]str ip*=str
LocalObjectReference!: name=str
PodSecurityContext: appArmorProfile=any fsGroup=int fsGroupChangePolicy=str runAsGroup=int runAsNonRoot=bool
  runAsUser=int seLinuxChangePolicy=str seLinuxOptions=any seccompProfile=SeccompProfile supplementalGroups=[]int
  supplementalGroupsPolicy=str sysctls=[]Sysctl windowsOptions=any
Sysctl: name*=str value*=str
Toleration: effect=str key=str operator=str tolerationSeconds=int value=str
TopologySpreadConstraint: labelSelector=LabelSelector matchLabelKeys=[]str maxSkew*=int minDomains=int
  nodeAffinityPolicy=str nodeTaintsPolicy=str topologyKey*=str whenUnsatisfiable*=str
Volume: awsElasticBlockStore=any azureDisk=any azureFile=any cephfs=any cinder=any configMap=ConfigMapVolumeSource
  csi=any downwardAPI=DownwardAPIVolumeSource emptyDir=EmptyDirVolumeSource ephemeral=any fc=any flexVolume=any
  flocker=any gcePersistentDisk=any gitRepo=any glusterfs=any hostPath=HostPathVolumeSource image=any iscsi=any
  name*=str nfs=any persistentVolumeClaim=PersistentVolumeClaimVolumeSource photonPersistentDisk=any
  portworxVolume=any projected=ProjectedVolumeSource quobyte=any rbd=any scaleIO=any secret=SecretVolumeSource
  storageos=any vsphereVolume=any
ConfigMapVolumeSource: defaultMode=int items=[]KeyToPath name=str optional=bool
KeyToPath: key*=str mode=int path*=str
DownwardAPIVolumeSource: defaultMode=int items=[]DownwardAPIVolumeFile
DownwardAPIVolumeFile: fieldRef=ObjectFieldSelector mode=int path*=str resourceFieldRef=ResourceFieldSelector
EmptyDirVolumeSource: medium=str sizeLimit=quantity
HostPathVolumeSource: path*=str type=str
PersistentVolumeClaimVolumeSource: claimName*=str readOnly=bool
ProjectedVolumeSource: defaultMode=int sources=[]VolumeProjection
VolumeProjection: clusterTrustBundle=any configMap=ConfigMapProjection downwardAPI=DownwardAPIProjection
  podCertificate=any secret=SecretProjection serviceAccountToken=ServiceAccountTokenProjection
ConfigMapProjection: items=[]KeyToPath name=str optional=bool
DownwardAPIProjection: items=[]DownwardAPIVolumeFile
SecretProjection: items=[]KeyToPath name=str optional=bool
ServiceAccountTokenProjection: audience=str expirationSeconds=int path*=str
SecretVolumeSource: defaultMode=int items=[]KeyToPath optional=bool secretName=str
HorizontalPodAutoscaler: metadata=ObjectMeta spec*=HorizontalPodAutoscalerSpec
HorizontalPodAutoscalerSpec: behavior=HorizontalPodAutoscalerBehavior maxReplicas*=int metrics=[]MetricSpec
  minReplicas=int scaleTargetRef*=CrossVersionObjectReference
HorizontalPodAutoscalerBehavior: scaleDown=HPAScalingRules scaleUp=HPAScalingRules
HPAScalingRules: policies=[]HPAScalingPolicy selectPolicy=str stabilizationWindowSeconds=int tolerance=quantity
HPAScalingPolicy: periodSeconds*=int type*=str value*=int
MetricSpec: containerResource=any external=any object=any pods=any resource=ResourceMetricSource type*=str
ResourceMetricSource: name*=str target*=MetricTarget
MetricTarget: averageUtilization=int averageValue=quantity type*=str value=quantity
CrossVersionObjectReference: apiVersion=str kind*=str name*=str
ConfigMap: binaryData={}str data={}str immutable=bool metadata=ObjectMeta
Namespace: metadata=ObjectMeta spec=any
Pod: metadata=ObjectMeta spec=PodSpec
ResourceQuota: metadata=ObjectMeta spec=ResourceQuotaSpec
ResourceQuotaSpec: hard={}quantity scopeSelector=any scopes=[]str
Secret: data={}str immutable=bool metadata=ObjectMeta stringData={}str type=str
Service: metadata=ObjectMeta spec=ServiceSpec
ServiceSpec: allocateLoadBalancerNodePorts=bool clusterIP=str clusterIPs=[]str externalIPs=[]str externalName=str
  externalTrafficPolicy=str healthCheckNodePort=int internalTrafficPolicy=str ipFamilies=[]str ipFamilyPolicy=str
  loadBalancerClass=str loadBalancerIP=str loadBalancerSourceRanges=[]str ports=[port,protocol]ServicePort
  publishNotReadyAddresses=bool selector={}str! sessionAffinity=str sessionAffinityConfig=any
  trafficDistribution=str type=str
ServicePort: appProtocol=str name=str nodePort=int port*=int protocol=str targetPort=int|str
ServiceAccount: automountServiceAccountToken=bool imagePullSecrets=[]LocalObjectReference metadata=ObjectMeta
  secrets=[name]ObjectReference
ObjectReference!: apiVersion=str fieldPath=str kind=str name=str namespace=str resourceVersion=str uid=str
Ingress: metadata=ObjectMeta spec=IngressSpec
IngressSpec: defaultBackend=IngressBackend ingressClassName=str rules=[]IngressRule tls=[]IngressTLS
IngressBackend: resource=TypedLocalObjectReference service=IngressServiceBackend
TypedLocalObjectReference!: apiGroup=str kind*=str name*=str
IngressServiceBackend: name*=str port=ServiceBackendPort
ServiceBackendPort!: name=str number=int
IngressRule: host=str http=HTTPIngressRuleValue
HTTPIngressRuleValue: paths*=[]HTTPIngressPath
HTTPIngressPath: backend*=IngressBackend path=str pathType*=str
IngressTLS: hosts=[]str secretName=str
NetworkPolicy: metadata=ObjectMeta spec=NetworkPolicySpec
NetworkPolicySpec: egress=[]NetworkPolicyEgressRule ingress=[]NetworkPolicyIngressRule podSelector=LabelSelector
  policyTypes=[]str
NetworkPolicyEgressRule: ports=[]NetworkPolicyPort to=[]NetworkPolicyPeer
NetworkPolicyPort: endPort=int port=int|str protocol=str
NetworkPolicyPeer: ipBlock=any namespaceSelector=LabelSelector podSelector=LabelSelector
NetworkPolicyIngressRule: from=[]NetworkPolicyPeer ports=[]NetworkPolicyPort
PodDisruptionBudget: metadata=ObjectMeta spec=PodDisruptionBudgetSpec
PodDisruptionBudgetSpec: maxUnavailable=int|str minAvailable=int|str selector=LabelSelector
  unhealthyPodEvictionPolicy=str
Role: metadata=ObjectMeta rules=[]PolicyRule
PolicyRule: apiGroups=[]str nonResourceURLs=[]str resourceNames=[]str resources=[]str verbs*=[]str
RoleBinding: metadata=ObjectMeta roleRef*=RoleRef subjects=[]Subject
RoleRef!: apiGroup=str kind*=str name*=str
Subject!: apiGroup=str kind*=str name*=str namespace=str
Node: metadata=ObjectMeta spec=any
HTTPRoute: metadata=ObjectMeta spec*=HTTPRouteSpec
HTTPRouteSpec: hostnames=[]str parentRefs=[]ParentReference rules=[]HTTPRouteRule useDefaultGateways=str
ParentReference: group=str kind=str name*=str namespace=str port=int sectionName=str
HTTPRouteRule: backendRefs=[]HTTPBackendRef filters=[]any matches=[]HTTPRouteMatch name=str retry=any
  sessionPersistence=any timeouts=any
HTTPBackendRef: filters=[]any group=str kind=str name*=str namespace=str port=int weight=int
HTTPRouteMatch: headers=[name]HTTPMatch method=str path=HTTPPathMatch queryParams=[name]HTTPMatch
HTTPMatch: name*=str type=str value*=str
HTTPPathMatch: type=str value=str
Gateway: metadata=ObjectMeta spec*=GatewaySpec
GatewaySpec: addresses=[]any allowedListeners=any defaultScope=str gatewayClassName*=str infrastructure=any
  listeners*=[name]GatewayListener tls=any
GatewayListener: allowedRoutes=any hostname=str name*=str port*=int protocol*=str tls=any
`;
