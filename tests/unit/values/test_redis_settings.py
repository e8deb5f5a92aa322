from gatepost.values import RedisSettings, Secret


def test_settings_are_equal_by_value_and_show_no_password() -> None:
    one = RedisSettings(host="redis.test", password=Secret("canary-password"))
    assert one == RedisSettings(host="redis.test", password=Secret("canary-password"))
    assert one != RedisSettings(host="redis.test", password=Secret("another-password"))
    assert len({one, RedisSettings(host="redis.test", password=Secret("canary-password"))}) == 1
    assert "canary" not in f"{one} {one.name}"


def test_a_name_says_which_redis_is_meant() -> None:
    assert RedisSettings().name == "127.0.0.1:6379"
    assert RedisSettings(socket="/run/redis.sock").name == "/run/redis.sock"
    assert RedisSettings(cluster_nodes=(("a.test", 7000),)).name == "the cluster at a.test:7000"
    assert RedisSettings(sentinel_master="main").name == "main of the sentinels"
