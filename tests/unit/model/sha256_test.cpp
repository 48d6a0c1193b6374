#include "model/sha256.hpp"

#include "support/catch.hpp"

TEST_CASE("SHA-256 gives the digests of the standard's examples") {
    CHECK(emotion::sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(emotion::sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(emotion::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("SHA-256 of pieces is that of the whole") {
    const std::string text(100'000, 'q');
    emotion::Sha256 hash;
    for (std::size_t begin = 0; begin < text.size(); begin += 777) hash.update(text.substr(begin, 777));
    CHECK(hash.finish() == emotion::sha256(text));
}

TEST_CASE("only 64 lower-case hexadecimal digits are a SHA-256") {
    const std::string good = emotion::sha256("x");
    CHECK(emotion::is_sha256(good));
    CHECK_FALSE(emotion::is_sha256(good.substr(1)));
    CHECK_FALSE(emotion::is_sha256(good + "0"));
    CHECK_FALSE(emotion::is_sha256("G" + good.substr(1)));
    CHECK_FALSE(emotion::is_sha256("A" + good.substr(1)));
}
