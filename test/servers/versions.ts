/** Of the servers that are installed by version; `.ci/run` and `compose.yaml` name the same ones. */
export const VERSITYGW = 'v1.8.0';
export const FAKE_GCS = 'v1.56.1';
