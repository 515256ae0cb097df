/** Where machines keep their secrets: a policy that lets an agent read files does well to protect these. */
export const SENSITIVE_PATHS: readonly { readonly label: string; readonly paths: readonly string[] }[] = [
  { label: 'SSH keys', paths: ['~/.ssh'] },
  { label: 'environment files', paths: ['.env'] },
  { label: 'AWS credentials', paths: ['~/.aws', '~/.aws/credentials'] },
  { label: 'Google Cloud credentials', paths: ['~/.config/gcloud'] },
  { label: 'Azure credentials', paths: ['~/.azure'] },
  { label: 'Kubernetes credentials', paths: ['~/.kube', '~/.kube/config'] },
];
