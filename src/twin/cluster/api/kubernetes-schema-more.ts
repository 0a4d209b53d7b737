/**
 * More of Kubernetes' own schema (OpenAPI of 1.36), in the form of kubernetes-schema.ts. It has the kinds that a team's
 * folder may have in addition to its Deployment. The API server accepts them, but nothing runs them here.
 */
export const MORE_OF_KUBERNETES_SCHEMA = `
Job: metadata=ObjectMeta spec=JobSpec
CronJob: metadata=ObjectMeta spec*=CronJobSpec
StatefulSet: metadata=ObjectMeta spec=StatefulSetSpec
DaemonSet: metadata=ObjectMeta spec=DaemonSetSpec
ReplicationController: metadata=ObjectMeta spec=ReplicationControllerSpec
PodTemplate: metadata=ObjectMeta template=PodTemplateSpec
PersistentVolumeClaim: apiVersion=str kind=str metadata=ObjectMeta spec=PersistentVolumeClaimSpec status=any
Endpoints: metadata=ObjectMeta subsets=[]EndpointSubset
EndpointSlice: addressType*=str endpoints=[]Endpoint metadata=ObjectMeta ports=[]SlicePort
LimitRange: metadata=ObjectMeta spec=LimitRangeSpec
Lease: metadata=ObjectMeta spec=LeaseSpec
ReplicaSet: metadata=ObjectMeta spec=ReplicaSetSpec
JobSpec: activeDeadlineSeconds=int backoffLimit=int backoffLimitPerIndex=int completionMode=str completions=int
  managedBy=str manualSelector=bool maxFailedIndexes=int parallelism=int podFailurePolicy=PodFailurePolicy
  podReplacementPolicy=str selector=LabelSelector successPolicy=SuccessPolicy suspend=bool template*=PodTemplateSpec
  ttlSecondsAfterFinished=int
CronJobSpec: concurrencyPolicy=str failedJobsHistoryLimit=int jobTemplate*=JobTemplateSpec schedule*=str
  startingDeadlineSeconds=int successfulJobsHistoryLimit=int suspend=bool timeZone=str
StatefulSetSpec: minReadySeconds=int ordinals=StatefulSetOrdinals
  persistentVolumeClaimRetentionPolicy=StatefulSetPersistentVolumeClaimRetentionPolicy podManagementPolicy=str
  replicas=int revisionHistoryLimit=int selector*=LabelSelector serviceName=str template*=PodTemplateSpec
  updateStrategy=StatefulSetUpdateStrategy volumeClaimTemplates=[]PersistentVolumeClaim
DaemonSetSpec: minReadySeconds=int revisionHistoryLimit=int selector*=LabelSelector template*=PodTemplateSpec
  updateStrategy=DaemonSetUpdateStrategy
ReplicationControllerSpec: minReadySeconds=int replicas=int selector={}str! template=PodTemplateSpec
PersistentVolumeClaimSpec: accessModes=[]str dataSource=TypedLocalObjectReference dataSourceRef=TypedObjectReference
  resources=VolumeResourceRequirements selector=LabelSelector storageClassName=str volumeAttributesClassName=str
  volumeMode=str volumeName=str
EndpointSubset: addresses=[]EndpointAddress notReadyAddresses=[]EndpointAddress ports=[]EndpointPort
Endpoint: addresses*={set}str conditions=EndpointConditions deprecatedTopology={}str hints=EndpointHints hostname=str
  nodeName=str targetRef=ObjectReference zone=str
SlicePort!: appProtocol=str name=str port=int protocol=str
LimitRangeSpec: limits*=[]LimitRangeItem
LeaseSpec: acquireTime=str holderIdentity=str leaseDurationSeconds=int leaseTransitions=int preferredHolder=str
  renewTime=str strategy=str
ReplicaSetSpec: minReadySeconds=int replicas=int selector*=LabelSelector template=PodTemplateSpec
PodFailurePolicy: rules*=[]PodFailurePolicyRule
SuccessPolicy: rules*=[]SuccessPolicyRule
JobTemplateSpec: metadata=ObjectMeta spec=JobSpec
StatefulSetOrdinals: start=int
StatefulSetPersistentVolumeClaimRetentionPolicy: whenDeleted=str whenScaled=str
StatefulSetUpdateStrategy: rollingUpdate=RollingUpdateStatefulSetStrategy type=str
DaemonSetUpdateStrategy: rollingUpdate=RollingUpdateDaemonSet type=str
TypedObjectReference: apiGroup=str kind*=str name*=str namespace=str
VolumeResourceRequirements: limits={}quantity requests={}quantity
EndpointAddress!: hostname=str ip*=str nodeName=str targetRef=ObjectReference
EndpointPort!: appProtocol=str name=str port*=int protocol=str
EndpointConditions: ready=bool serving=bool terminating=bool
EndpointHints: forNodes=[]ForNode forZones=[]ForZone
LimitRangeItem: default={}quantity defaultRequest={}quantity max={}quantity maxLimitRequestRatio={}quantity
  min={}quantity type*=str
PodFailurePolicyRule: action*=str onExitCodes=PodFailurePolicyOnExitCodesRequirement
  onPodConditions=[]PodFailurePolicyOnPodConditionsPattern
SuccessPolicyRule: succeededCount=int succeededIndexes=str
RollingUpdateStatefulSetStrategy: maxUnavailable=int|str partition=int
RollingUpdateDaemonSet: maxSurge=int|str maxUnavailable=int|str
ForNode: name*=str
ForZone: name*=str
PodFailurePolicyOnExitCodesRequirement: containerName=str operator*=str values*={set}int
PodFailurePolicyOnPodConditionsPattern: status=str type*=str
`;
