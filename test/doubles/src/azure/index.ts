export { startAzureDouble } from './double.ts';
export type {
  AzureContainerHandle,
  AzureDouble,
  AzureDoubleOptions,
  BlobFacts,
  ContainerSettings,
  SeenRequest,
  StoredBlob,
} from './options.ts';
