// swift-tools-version: 6.2
import PackageDescription

/// Our own targets: Swift 6 language mode, and a warning is an error.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// What runs per byte or per line is built for speed in release; never `-Ounchecked`.
let fast: [SwiftSetting] =
    strict + [
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "weft",
    products: [.executable(name: "weft", targets: ["weft"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLDNS", pkgConfig: "ldns", providers: [.apt(["libldns-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),

        .target(name: "Basics", dependencies: ["CIDN2", nioCore], swiftSettings: fast),
        .target(name: "Records", dependencies: ["Basics"], swiftSettings: fast),
        .target(name: "SMTP", dependencies: ["Basics", nioCore], swiftSettings: fast),
        .target(name: "DNS", dependencies: ["Basics", "CLDNS", nioCore, nioPosix], swiftSettings: fast),
        .target(name: "TLS", dependencies: ["Basics", "Records", "COpenSSL", nioCore], swiftSettings: fast),
        .target(name: "DANE", dependencies: ["Basics", "DNS", "TLS"], swiftSettings: strict),
        .target(name: "MTASTS", dependencies: ["Basics", "Records", "DNS", "CCurl", nioPosix, logging], swiftSettings: strict),
        .target(
            name: "Journal",
            dependencies: ["Basics", "Records", "MTASTS", .product(name: "GRDB", package: "GRDB.swift"), nioCore, logging],
            swiftSettings: fast),
        .target(
            name: "Policy", dependencies: ["Basics", "Records", "DNS", "TLS", "DANE", "MTASTS", nioPosix, logging],
            swiftSettings: fast),
        .target(
            name: "Relay",
            dependencies: ["Basics", "Records", "DNS", "TLS", "SMTP", "Policy", nioCore, nioPosix, logging],
            // Async functions run where their caller does: on the session's event loop.
            swiftSettings: fast + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]),
        .target(
            name: "Admin",
            dependencies: ["Basics", "Records", "MTASTS", "Policy", "Journal", "Reports", "Doctor", nioCore, nioPosix, logging],
            swiftSettings: strict),
        .target(
            name: "ConfigurationFile",
            dependencies: ["Basics", "Records", "DNS", "TLS", "MTASTS", "Policy", "Relay", "Journal", "TOMLKit"],
            swiftSettings: strict),
        .target(name: "InterceptionRules", dependencies: ["Basics"], swiftSettings: strict),
        .target(
            name: "Reports",
            dependencies: ["Basics", "Records", "DNS", "TLS", "DANE", "MTASTS", "Policy", "Relay", "ConfigurationFile"],
            swiftSettings: strict),
        .target(
            name: "Doctor",
            dependencies: ["Basics", "Records", "DNS", "TLS", "Journal", "ConfigurationFile", "Reports", nioCore, nioPosix],
            swiftSettings: strict
        ),
        .target(
            name: "Assembly",
            dependencies: [
                "Basics", "Records", "DNS", "TLS", "MTASTS", "Policy", "Relay", "Journal", "ConfigurationFile", "Reports", "Admin", nioCore,
                nioPosix,
                logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "weft",
            dependencies: [
                "Basics", "Records", "MTASTS", "Policy", "InterceptionRules", "ConfigurationFile", "Reports",
                "Doctor", "Admin", "Assembly", logging, .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        .target(name: "TestSupport", dependencies: ["Basics", logging], path: "Tests/TestSupport", swiftSettings: strict),
        .target(name: "DNSTesting", dependencies: ["DNS", "TestSupport"], path: "Tests/DNSTesting", swiftSettings: strict),
        .target(
            name: "TLSTesting", dependencies: ["Records", "TLS", "COpenSSL", "TestSupport", nioCore], path: "Tests/TLSTesting",
            swiftSettings: strict),
        .target(
            name: "MTASTSTesting", dependencies: ["MTASTS", "DNS", "DNSTesting", "TestSupport"], path: "Tests/MTASTSTesting",
            swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        .testTarget(name: "BasicsTests", dependencies: ["Basics", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "SMTPTests", dependencies: ["SMTP", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "DNSTests", dependencies: ["DNS", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "TLSTests", dependencies: ["TLS", "TLSTesting", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "DANETests", dependencies: ["DANE", "DNSTesting", "TLSTesting", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "MTASTSTests", dependencies: ["MTASTS", "DNSTesting", "MTASTSTesting", "TestSupport"], swiftSettings: strict),
        .target(
            name: "RecordsTesting", dependencies: ["Basics", "Records", "TestSupport"], path: "Tests/RecordsTesting", swiftSettings: strict),
        .testTarget(
            name: "JournalTests",
            dependencies: ["Journal", "Policy", "RecordsTesting", "DNSTesting", "TLSTesting", "MTASTSTesting", "TestSupport", nioPosix],
            swiftSettings: strict),
        .testTarget(
            name: "PolicyTests",
            dependencies: ["Policy", "RecordsTesting", "DNSTesting", "TLSTesting", "MTASTSTesting", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "RelayTests", dependencies: ["Relay", "RecordsTesting", "TLSTesting", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "AdminTests", dependencies: ["Admin", "Journal", "DNSTesting", "TLSTesting", "MTASTSTesting", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "ConfigurationFileTests", dependencies: ["ConfigurationFile", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "InterceptionRulesTests", dependencies: ["InterceptionRules", "TestSupport"], exclude: ["who_answers.py"],
            swiftSettings: strict),
        .testTarget(
            name: "ReportsTests", dependencies: ["Reports", "Records", "RecordsTesting", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "DoctorTests", dependencies: ["Doctor", "InterceptionRules", "Journal", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "AssemblyTests",
            dependencies: [
                "Assembly", "Admin", "TestSupport", "ConfigurationFile", "Relay", "Journal", "Records", "Basics", nioCore, nioPosix,
                logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WeftTests", dependencies: ["weft", "Journal", "RecordsTesting", "TestSupport", nioCore, nioPosix], swiftSettings: strict),
        .testTarget(name: "LabTests", dependencies: ["TestSupport"], swiftSettings: strict),
    ]
)
