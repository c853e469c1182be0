import Foundation

/// The configurations of the laboratory's servers.
enum LabServers {
    static func nsd(port: Int, directory: URL) -> String {
        let zones = LabZones.all.map { zone in
            "zone:\n  name: \"\(zone.name)\"\n  zonefile: \"\(zone.fileToServe)\"\n"
        }
        return """
            server:
              ip-address: 127.0.0.1@\(port)
              server-count: 1
              username: ""
              zonesdir: "\(directory.path)"
              database: ""
              pidfile: "\(directory.path)/nsd.pid"
              logfile: "\(directory.path)/nsd.log"
              xfrdfile: "\(directory.path)/xfrd.state"
              xfrdir: "\(directory.path)"
              zonelistfile: "\(directory.path)/zone.list"
            remote-control:
              control-enable: no
            \(zones.joined())
            """
    }

    static func unbound(port: Int, serverPort: Int, anchor: String, directory: URL) -> String {
        let stubs = LabZones.all.map { zone in
            "stub-zone:\n  name: \"\(zone.name)\"\n  stub-addr: 127.0.0.1@\(serverPort)\n"
        }
        return """
            server:
              interface: 127.0.0.1
              port: \(port)
              do-ip6: no
              do-daemonize: no
              num-threads: 1
              username: ""
              chroot: ""
              directory: "\(directory.path)"
              use-syslog: no
              logfile: "\(directory.path)/unbound.log"
              do-not-query-localhost: no
              module-config: "validator iterator"
              trust-anchor-file: "\(directory.path)/\(anchor)"
              ede: yes
              val-log-level: 2
            remote-control:
              control-enable: no
            \(stubs.joined())
            """
    }
}
