/** Where the parts of a tiny Ceph are. */
export interface CephPlan {
  readonly directory: string;
  readonly fsid: string;
  /** `address:port` */
  readonly s3Endpoint: string;
  readonly monitorPorts: readonly [v2: number, v1: number];
}

/** One monitor, one store in memory and one gateway, on loopback and without authentication inside. */
export function cephConfig({ directory, fsid, s3Endpoint, monitorPorts }: CephPlan): string {
  const [v2, v1] = monitorPorts;
  return `
[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
# The gateway's default is an encrypted connection, which there is none of without authentication.
ms mon client mode = crc
ms client mode = crc
ms cluster mode = crc
ms service mode = crc
ms mon cluster mode = crc
ms mon service mode = crc
run dir = ${directory}
admin socket = ${directory}/$name.asok
pid file = ${directory}/$name.pid
log file = ${directory}/$name.log
crash dir = ${directory}
mon cluster log file = ${directory}/cluster.log
keyring = ${directory}/keyring
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
mon max pg per osd = 1000
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false

[mon]
mon data = ${directory}/mon
# Each pool is a proposal, one a second by default: ten seconds of the start.
paxos propose interval = 0.02
paxos min wait = 0.01
mon data avail crit = 1
mon data avail warn = 1

[osd]
osd data = ${directory}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd op num shards = 2
# Half of its memory, by default.
osd min pg log entries = 50
osd max pg log entries = 100
osd pg log dups tracked = 10
osd pg log trim min = 10

[client.rgw]
# Without "nodelay", each answer with a body takes 40 ms.
rgw frontends = beast endpoint=${s3Endpoint} tcp_nodelay=1
rgw thread pool size = 64
rgw dynamic resharding = false
rgw enable usage log = false
rgw gc obj min wait = 3600
rgw relaxed s3 bucket names = true
rgw run sync thread = false
rgw data = ${directory}/rgw
`;
}
