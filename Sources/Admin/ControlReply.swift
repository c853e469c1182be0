import Reports

/// What the daemon answers: one line of JSON for each request, by the convention of docs/json.md, with one key that says what it is.
package enum ControlReply: Hashable, Sendable {
    /// It was not done, and why, in one line.
    case failed(String)
    /// The override that was made.
    case override(OverrideView)
    /// What came of ending one.
    case overrideRemoval(OverrideRemoval)
    /// What came of fetching a policy.
    case policy(PolicyOutcome)
    /// What came of forgetting one.
    case policyRemoval(PolicyRemoval)
    /// What came of reading the configuration again.
    case reload(ReloadOutcome)
    /// How the daemon is.
    case status(DaemonStatus)
    /// What it has learned of servers.
    case learned(LearnedList)
}

extension ControlReply: Codable {
    private enum CodingKeys: String, CodingKey {
        case failed, override, overrideRemoval, policy, policyRemoval, reload, status, learned
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "one key is needed"))
        }
        func value<Value: Decodable>(_ make: (Value) -> ControlReply) throws -> ControlReply {
            make(try container.decode(Value.self, forKey: key))
        }
        self =
            switch key {
            case .failed: try value(Self.failed)
            case .override: try value(Self.override)
            case .overrideRemoval: try value(Self.overrideRemoval)
            case .policy: try value(Self.policy)
            case .policyRemoval: try value(Self.policyRemoval)
            case .reload: try value(Self.reload)
            case .status: try value(Self.status)
            case .learned: try value(Self.learned)
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .failed(let why): try container.encode(why, forKey: .failed)
        case .override(let made): try container.encode(made, forKey: .override)
        case .overrideRemoval(let removal): try container.encode(removal, forKey: .overrideRemoval)
        case .policy(let outcome): try container.encode(outcome, forKey: .policy)
        case .policyRemoval(let removal): try container.encode(removal, forKey: .policyRemoval)
        case .reload(let outcome): try container.encode(outcome, forKey: .reload)
        case .status(let status): try container.encode(status, forKey: .status)
        case .learned(let list): try container.encode(list, forKey: .learned)
        }
    }
}
