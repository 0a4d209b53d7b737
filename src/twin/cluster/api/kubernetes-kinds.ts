/**
 * The kinds that Kubernetes 1.36 itself serves and stores, as `kubectl api-resources` lists them: apiVersion, kind,
 * plural, and `cluster` when the kind has no namespace. `RENEW=kinds npm run test:cluster --
 * tests/cluster/kubernetes-kinds.test.ts` compares the list with the real control plane, and renews it.
 */
export const KUBERNETES_KINDS = `
v1 ConfigMap configmaps
v1 Endpoints endpoints
v1 Event events
v1 LimitRange limitranges
v1 Namespace namespaces cluster
v1 Node nodes cluster
v1 PersistentVolumeClaim persistentvolumeclaims
v1 PersistentVolume persistentvolumes cluster
v1 Pod pods
v1 PodTemplate podtemplates
v1 ReplicationController replicationcontrollers
v1 ResourceQuota resourcequotas
v1 Secret secrets
v1 ServiceAccount serviceaccounts
v1 Service services
admissionregistration.k8s.io/v1 MutatingAdmissionPolicy mutatingadmissionpolicies cluster
admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings cluster
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration mutatingwebhookconfigurations cluster
admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy validatingadmissionpolicies cluster
admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings cluster
admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration validatingwebhookconfigurations cluster
apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions cluster
apiregistration.k8s.io/v1 APIService apiservices cluster
apps/v1 ControllerRevision controllerrevisions
apps/v1 DaemonSet daemonsets
apps/v1 Deployment deployments
apps/v1 ReplicaSet replicasets
apps/v1 StatefulSet statefulsets
autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers
batch/v1 CronJob cronjobs
batch/v1 Job jobs
certificates.k8s.io/v1 CertificateSigningRequest certificatesigningrequests cluster
coordination.k8s.io/v1 Lease leases
discovery.k8s.io/v1 EndpointSlice endpointslices
events.k8s.io/v1 Event events
flowcontrol.apiserver.k8s.io/v1 FlowSchema flowschemas cluster
flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration prioritylevelconfigurations cluster
networking.k8s.io/v1 IngressClass ingressclasses cluster
networking.k8s.io/v1 Ingress ingresses
networking.k8s.io/v1 IPAddress ipaddresses cluster
networking.k8s.io/v1 NetworkPolicy networkpolicies
networking.k8s.io/v1 ServiceCIDR servicecidrs cluster
node.k8s.io/v1 RuntimeClass runtimeclasses cluster
policy/v1 PodDisruptionBudget poddisruptionbudgets
rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings cluster
rbac.authorization.k8s.io/v1 ClusterRole clusterroles cluster
rbac.authorization.k8s.io/v1 RoleBinding rolebindings
rbac.authorization.k8s.io/v1 Role roles
resource.k8s.io/v1 DeviceClass deviceclasses cluster
resource.k8s.io/v1 ResourceClaim resourceclaims
resource.k8s.io/v1 ResourceClaimTemplate resourceclaimtemplates
resource.k8s.io/v1 ResourceSlice resourceslices cluster
scheduling.k8s.io/v1 PriorityClass priorityclasses cluster
storage.k8s.io/v1 CSIDriver csidrivers cluster
storage.k8s.io/v1 CSINode csinodes cluster
storage.k8s.io/v1 CSIStorageCapacity csistoragecapacities
storage.k8s.io/v1 StorageClass storageclasses cluster
storage.k8s.io/v1 VolumeAttachment volumeattachments cluster
storage.k8s.io/v1 VolumeAttributesClass volumeattributesclasses cluster
`;
