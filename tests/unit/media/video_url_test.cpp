#include "emotion/video_url.hpp"

#include "support/catch.hpp"

using emotion::ErrorCode;
using emotion::ip_camera_url;
using emotion::without_password;

TEST_CASE("an IP camera's address has the form its makers chose") {
    CHECK(ip_camera_url("10.0.0.7", "admin", "pw") ==
          "rtsp://admin:pw@10.0.0.7:554/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif");
    CHECK(ip_camera_url("hall.example.org:8554", "a", "b").starts_with("rtsp://a:b@hall.example.org:8554/cam/"));
    CHECK(ip_camera_url("[fe80::1]", "a", "b").starts_with("rtsp://a:b@[fe80::1]:554/cam/"));
    CHECK(ip_camera_url("[fe80::1]:99", "a", "b").starts_with("rtsp://a:b@[fe80::1]:99/cam/"));
}

TEST_CASE("letters with a meaning in addresses are encoded in logins and passwords") {
    CHECK(ip_camera_url("h", "a b", "p@s:s/w%?#ä").starts_with("rtsp://a%20b:p%40s%3As%2Fw%25%3F%23%C3%A4@h:554/"));
}

TEST_CASE("what is no address of a camera is refused without a password in the message") {
    for (const char* bad : {"", "10.0.0.7/cam", "a b", "user@host", "h?x", "h#x"})
        CHECK(error_message(ErrorCode::invalid_argument, [&] {
                  ip_camera_url(bad, "login", "secret");
              }).find("secret") == std::string::npos);
    CHECK(error_message(ErrorCode::invalid_argument, [&] {
              ip_camera_url("rtsp://a:secret@h", "", "");
          }).find("secret") == std::string::npos);
}

TEST_CASE("passwords of addresses are hidden, whatever letters they hold") {
    CHECK(without_password("rtsp://admin:pw@10.0.0.7:554/cam?channel=1") ==
          "rtsp://admin:***@10.0.0.7:554/cam?channel=1");
    CHECK(without_password("http://admin:@h/") == "http://admin:***@h/");
    for (const char* secret :
         {"p@ss", "p:s", "p/s", "p?s", "p#s", "12/3", "a&b=c", "://", "p s", " p @ s ", "pa ss/word", "p/a s", " /",
          "/ ", "p@ s/ @", "a b://c/ d", "a? b#/", "p%40s%20s%2Fw", "p%40 s/w"}) {
        const std::string shown = without_password("cannot open rtsp://admin:" + std::string(secret) + "@host/x: no");
        INFO(shown);
        CHECK(shown == "cannot open rtsp://admin:***@host/x: no");
    }
    CHECK(without_password("a rtsp://u:p w@h b\nc@d") == "a rtsp://u:***@h b\nc@d");
    CHECK(without_password("rtsp://h:554 and x") == "rtsp://h:554 and x");
    CHECK(without_password("a http://u:one@h and rtsp://v:two@i end") == "a http://u:***@h and rtsp://v:***@i end");
}

TEST_CASE("where it is not sure that a password ends, more is hidden, but no more than the line") {
    CHECK(without_password("rtsp://a/b:c/d@e") == "rtsp://a/b:***@e");
    CHECK(without_password("rtsp://host:554/a@b") == "rtsp://host:***@b");
    CHECK(without_password("rtsp://me@mail.example:p w/x@h/") == "rtsp://me@mail.example:***@h/");
    CHECK(without_password("rtsp://u#?:p w/x@h/") == "rtsp://u#?:***@h/");
    CHECK(without_password("rtsp://u:p w/x@h/ is away, ask a@b\r\nc@d") == "rtsp://u:***@b\r\nc@d");
    CHECK(without_password("rtsp://h and (rtsp://u:p w/x@i)") == "rtsp://h and (rtsp://u:***@i)");
    CHECK(without_password("http://h/x: moved to rtsp://u:p w/x@i/y") == "http://h/x: moved to rtsp://u:***@i/y");
    CHECK(without_password("http://u:o n/e@h and rtsp://v:t w/o@i") == "http://u:***@h and rtsp://v:***@i");
}

TEST_CASE("query parameters named like a password are hidden") {
    CHECK(without_password("http://h/v.cgi?user=a&pwd=geheim&x=1") == "http://h/v.cgi?user=a&pwd=***&x=1");
    CHECK(without_password("http://h/?PASSWORD=a?key=b;c&auth_token=t#end") ==
          "http://h/?PASSWORD=***;c&auth_token=***#end");
}

TEST_CASE("texts without a secret stay as they are") {
    for (const char* text :
         {"", "lecture.mp4", "rtsp://host:554/a", "http://user@host/x", "http://h/x?channel=1&sub=2", "a@b.c and d:e",
          "http://[::1]:80/a", "://", "a://", "?=&", "why? password=x", "rtsp://host/a@b", "rtsp://host/a b@c: d",
          "rtsp://h/x?mail=a@b", "rtsp://u@h/x: ask a@b", "rtsp://h and rtsp://i: no"})
        CHECK(without_password(text) == text);
    CHECK(without_password(std::string(1'000'000, 'x') + "://u:p@h").ends_with("://u:***@h"));
}
